/** What a tab holds outlasts its page: which holds they are is kept, and how they stand is asked for anew. */
import { effect } from "@preact/signals";
import { rest } from "../client/browser";
import type { Hold } from "../client/frames";
import { site } from "../ui/site";
import { holds, keep } from "./cart";
import { link } from "./live";
import { eventId } from "./sale";

const KEPT = `holdfast.holds.${eventId}`;
/** Held when this page was left, and not asked for with success since. */
const left = new Set(JSON.parse(site.tab.getItem(KEPT) ?? "[]") as string[]);

effect(() => site.tab.setItem(KEPT, JSON.stringify([...left, ...holds.value.map((each) => each.hold)])));

/** A hold as it is now; undefined where there is none any more, null where nobody can be asked. */
async function read(id: string): Promise<Hold | null | undefined> {
  const reply = await rest(`/holds/${encodeURIComponent(id)}`).catch(() => null);
  if (!reply || reply.status === 429 || reply.status >= 500) return null;
  return reply.ok ? ((await reply.json()) as Hold) : undefined;
}

/** What was held when this page was left, as it is now; without a network, as soon as there is one. */
export async function restore(): Promise<void> {
  await askForLeft();
  effect(() => {
    if (link.value.name === "live") void askForLeft();
  });
}

async function askForLeft(): Promise<void> {
  for (const id of left) {
    const hold = await read(id);
    if (hold === null) return;
    left.delete(id);
    if (hold) keep(hold);
  }
}

/** What was paid or given back elsewhere is no longer in the cart; nothing is said of it. */
export async function look(): Promise<void> {
  for (const hold of holds.peek()) {
    const now = await read(hold.hold);
    if (now === null) return;
    // What was done here meanwhile is newer than the answer.
    if (holds.peek().includes(hold)) keep(now ?? { ...hold, items: [] });
  }
}

/** Put a hold into the cart that was made elsewhere, such as by an offer. */
export async function adopt(id: string): Promise<void> {
  const hold = await read(id);
  if (hold) keep(hold);
  else if (hold === null) left.add(id);
}
