/** When to try again: full jitter ("Exponential Backoff And Jitter", Marc Brooker, 2015), the server's wishes honoured. */
import type { Problem } from "./frames";

const EXPONENT_MAX = 30;
/** Bad frame, bad hello, forbidden, no subprotocol: another connection would meet the same. */
const FINAL_CLOSES: ReadonlySet<number> = new Set([4400, 4401, 4403, 4406]);

export function waitMs(
  attempt: number,
  baseMs: number,
  capMs: number,
  askedMs: number | undefined,
  random: () => number,
): number {
  return (askedMs ?? 0) + random() * Math.min(capMs, baseMs * 2 ** Math.min(attempt, EXPONENT_MAX));
}

/** Whether the same request under the same key may fare better: refusals by the sale are outcomes and stay. */
export function mayRepeat(problem: Problem): boolean {
  const passing = problem.status === 429 || problem.status >= 500;
  return Boolean(problem.retryable) && (passing || problem.code === "idempotency_in_progress");
}

export function mayReconnect(closeCode: number): boolean {
  return !FINAL_CLOSES.has(closeCode);
}
