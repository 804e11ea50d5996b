/** A request on its way, and what the core tells its shell. */
import type { Hello, Message, Problem, Request } from "./frames";
import type { SectionMap } from "./seatmap";

/** The longest that a server may be asked to try. */
const DEADLINE_MAX_MS = 30_000;

/** One request under one key, however often it is sent; an `abandoned` call is not sent again. */
export class Call {
  attempts = 0;
  abandoned = false;
  done: (outcome: { body: unknown } | { problem: Problem }) => void = () => {};

  constructor(
    readonly request: Request,
    readonly deadlineMs: number,
  ) {}

  /** The next attempt's message; it tells the server how long it is still wanted. */
  message(id: number, nowMs: number): object {
    this.attempts += 1;
    const dl = Math.max(1, Math.min(DEADLINE_MAX_MS, Math.floor(this.deadlineMs - nowMs)));
    const { t, d, idem } = this.request;
    return idem === undefined ? { t, id, dl, d } : { t, id, idem, dl, d };
  }
}

export type Happening =
  | { kind: "greeted"; reply: Hello }
  | { kind: "hello-refused"; problem: Problem }
  | { kind: "answered"; call: Call; body: unknown }
  | { kind: "denied"; call: Call; problem: Problem; repeatable: boolean }
  | { kind: "map"; section: SectionMap; changed: readonly number[] | null }
  | { kind: "lagging"; now: string }
  | { kind: "beat"; now: string }
  | { kind: "draining"; reconnectAfterMs: number }
  | { kind: "news"; message: Message };
