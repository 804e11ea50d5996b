/** The draw of a waiting room, made again from what was published (docs/WAITING_ROOM.md). */
import { fromHex, hmac, sha256, toHex } from "./sha256";

export interface Draw {
  seed_hash: string;
  list_hash: string;
  size: number;
  seed: string;
  tickets: [ticket: string, position: number][];
  next: number | null;
}

const text = new TextEncoder();

/** The position of a ticket by seed and list; null where what was published does not fit together. */
export function drawnPosition(draw: Draw, ticket: string): number | null {
  const seed = fromHex(draw.seed);
  const list = draw.tickets.map(([each]) => `${each}\n`).join("");
  if (toHex(sha256(seed)) !== draw.seed_hash || toHex(sha256(text.encode(list))) !== draw.list_hash) return null;
  const key = (each: string): string => {
    const message = new Uint8Array(32 + each.length);
    message.set(fromHex(draw.list_hash));
    message.set(text.encode(each), 32);
    return toHex(hmac(seed, message));
  };
  const mine = key(ticket);
  if (!draw.tickets.some(([each]) => each === ticket)) return null;
  const position = 1 + draw.tickets.filter(([each]) => key(each) < mine).length;
  const told = draw.tickets.find(([each]) => each === ticket)?.[1];
  return told === position || told === 0 ? position : null;
}
