/** A keyed call over REST that is repeated under its key until there is an answer, as the socket does it. */
import { rest } from "../client/browser";
import { OUTCOME_UNKNOWN, Refusal } from "../client/errors";
import type { Problem } from "../client/frames";
import { mayRepeat, waitMs } from "../client/retry";

const TRIES_MAX = 6;
const BASE_MS = 400;
const CAP_MS = 4_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Throws `Refusal`; after lost connections the same key goes on asking for the same outcome. */
export async function keyed<T>(path: string, body: object, key: string): Promise<T> {
  const headers = { "Content-Type": "application/json", "Idempotency-Key": key };
  let asked: number | undefined;
  for (let attempt = 0; attempt < TRIES_MAX; attempt += 1) {
    if (attempt) await pause(waitMs(attempt - 1, BASE_MS, CAP_MS, asked, Math.random));
    const reply = await rest(path, { method: "POST", headers, body: JSON.stringify(body) }).catch(() => null);
    if (!reply) continue;
    if (reply.ok) return (await reply.json()) as T;
    const problem = (await reply.json()) as Problem;
    if (!mayRepeat(problem)) throw new Refusal(problem);
    asked = problem.retry_after_ms;
  }
  throw new Refusal(OUTCOME_UNKNOWN);
}

/** A call that changes nothing. Throws `Refusal`, also where nobody can be reached. */
export async function read<T>(path: string): Promise<T> {
  const reply = await rest(path).catch(() => null);
  if (!reply) throw new Refusal(OUTCOME_UNKNOWN);
  if (reply.ok) return (await reply.json()) as T;
  throw new Refusal((await reply.json()) as Problem);
}
