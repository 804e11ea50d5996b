/** What a call that did not go well ends with; texts for people come from the code, never from the detail alone. */
import type { Problem } from "./frames";

export class Refusal extends Error {
  constructor(readonly problem: Problem) {
    super(problem.title);
    this.name = "Refusal";
  }

  get code(): string {
    return this.problem.code;
  }
}

function own(code: string, title: string, status: number): Problem {
  return { type: "about:blank", title, status, code, retryable: true };
}

/** The call's time is over and no answer came: it may have been done, and its key finds out. */
export const OUTCOME_UNKNOWN = own("outcome_unknown", "The outcome is not known; retry with the same key", 504);
/** More calls wait than anybody presses buttons for. */
export const TOO_MANY = own("rate_limited", "Too many requests", 429);
/** The session has ended for good; another page load may fare better. */
export const STOPPED = own("draining", "The connection has ended", 503);
