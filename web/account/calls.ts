/** What the account's pages ask of the server; each throws `Refusal`. */
import { identity, rest } from "../client/browser";
import { Refusal, STOPPED } from "../client/errors";
import type { Problem } from "../client/frames";
import type { Tokens } from "../client/identity";

export interface Challenge {
  kind: "challenge";
  challenge: string;
  method: "email" | "totp";
  expires_at: string;
}

export interface Me {
  account: string;
  email: string | null;
  name: string;
  guest: boolean;
  second_factor: "none" | "email" | "totp";
  recovery_codes: number;
}

export interface SignedInAt {
  session: string;
  client: string;
  used_at: string;
  current: boolean;
}

export interface OrderLine {
  order: string;
  event: string;
  event_name: string;
  created_at: string;
}

export interface Page<T> {
  data: T[];
  has_more?: boolean;
  next?: string | null;
}

async function told<T>(asked: Promise<Response>): Promise<T> {
  const reply = await asked.catch(() => null);
  if (!reply) throw new Refusal(STOPPED);
  if (reply.ok) return (await reply.json()) as T;
  throw new Refusal((await reply.json()) as Problem);
}

const JSON_BODY = { "Content-Type": "application/json" };

/** A call that makes tokens: whoever one was before is not said with it. */
export function prove<T = Tokens | Challenge>(path: string, body: object): Promise<T> {
  return told<T>(fetch(`/v1/auth/${path}`, { method: "POST", headers: JSON_BODY, body: JSON.stringify(body) }));
}

export function ask<T>(path: string): Promise<T> {
  return told<T>(rest(path));
}

export function act<T = object>(method: "POST" | "DELETE", path: string, body?: object): Promise<T> {
  const init: RequestInit = { method };
  if (method === "POST") Object.assign(init, { headers: JSON_BODY, body: JSON.stringify(body ?? {}) });
  return told<T>(rest(path, init));
}

/** Signed in: what this browser bought as a guest is the account's from now on. */
export async function enter(tokens: Tokens): Promise<void> {
  const { guest } = identity;
  identity.keep(tokens);
  if (!guest) return;
  try {
    await act("POST", "/auth/claim", { token: guest });
    await identity.token(true);
  } catch (error) {
    // A guest whose day is over, or who is somebody else's already: their orders stay where they are.
    if (!(error instanceof Refusal) || error.problem.status >= 500) throw error;
  }
  identity.forgetGuest();
}

/** What this browser is called among the places where one is signed in. */
export function browserName(agent: string): string {
  const browsers: [RegExp, string][] = [[/Edg\//, "Edge"], [/Firefox\//, "Firefox"], [/Chrom(e|ium)\//, "Chrome"], [/Safari\//, "Safari"]];
  const systems: [RegExp, string][] = [[/Android/, "Android"], [/iPhone|iPad/, "iOS"], [/Windows/, "Windows"], [/Mac OS/, "macOS"], [/Linux/, "Linux"]];
  const named = (known: [RegExp, string][], other: string): string => known.find(([pattern]) => pattern.test(agent))?.[1] ?? other;
  return `${named(browsers, "Browser")} · ${named(systems, "?")}`;
}
