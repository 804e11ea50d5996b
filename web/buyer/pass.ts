/** The pass of an event's waiting room, kept for this tab until its time is over. */
import { site } from "../ui/site";

export interface Pass {
  pass: string;
  expires_at: string;
}

const name = (event: string): string => `holdfast.pass.${event}`;

export function keepPass(event: string, pass: Pass): void {
  site.tab.setItem(name(event), JSON.stringify(pass));
}

export function dropPass(event: string): void {
  site.tab.removeItem(name(event));
}

export function readPass(event: string): Pass | null {
  const kept = site.tab.getItem(name(event));
  if (!kept) return null;
  const pass = JSON.parse(kept) as Pass;
  return Date.parse(pass.expires_at) > Date.now() ? pass : null;
}

/** What goes into a command that needs one. */
export function passOf(event: string): { pass?: string } {
  const pass = readPass(event);
  return pass ? { pass: pass.pass } : {};
}
