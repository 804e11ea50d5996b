/** Calls of the house's people; a token that is no longer good ends the session. Each throws `Refusal`. */
import { rest } from "../client/browser";
import { OUTCOME_UNKNOWN, Refusal } from "../client/errors";
import type { Problem } from "../client/frames";
import { ended, standing } from "./identity";

/** A token that is no longer good was renewed by then, or cannot be. */
async function answered(path: string, init: RequestInit): Promise<Response> {
  const reply = await rest(path, init).catch(() => null);
  if (!reply) throw new Refusal(OUTCOME_UNKNOWN);
  if (reply.status === 401 && standing.peek() === "in") ended();
  return reply;
}

async function body<T>(reply: Response): Promise<T> {
  if (reply.ok) return (await reply.json()) as T;
  throw new Refusal((await reply.json()) as Problem);
}

export async function ask<T>(path: string, signal?: AbortSignal): Promise<T> {
  return body<T>(await answered(path, signal ? { signal } : {}));
}

interface How {
  method?: "POST" | "PATCH" | "DELETE";
  key?: string;
  signal?: AbortSignal;
}

/** Do something that may be done twice without harm, or under a key that keeps it from being done twice. */
export async function act<T>(path: string, what: object = {}, { method = "POST", key, signal }: How = {}): Promise<T> {
  const headers: Record<string, string> = { "Content-Type": "application/json" };
  if (key) headers["Idempotency-Key"] = key;
  return body<T>(await answered(path, { method, headers, body: JSON.stringify(what), ...(signal ? { signal } : {}) }));
}

/** Send a document as it is. */
export async function send<T>(path: string, document: Blob): Promise<T> {
  return body<T>(await answered(path, { method: "POST", body: document, headers: { "Content-Type": "application/octet-stream" } }));
}

/** Fetch a file with the token that a link could not carry, and hand it to the browser to keep. */
export async function download(path: string, name: string): Promise<void> {
  const reply = await answered(path, {});
  if (!reply.ok) throw new Refusal((await reply.json()) as Problem);
  const address = URL.createObjectURL(await reply.blob());
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

/** What a call is refused with, or null for what is a fault of ours. */
export function refusal(error: unknown): Problem {
  if (error instanceof Refusal) return error.problem;
  throw error;
}
