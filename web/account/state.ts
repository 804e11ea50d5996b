/** Where somebody is on the account's page: signing in, answering for a code, or at home. */
import { computed, signal } from "@preact/signals";
import { identity } from "../client/browser";
import { Refusal } from "../client/errors";
import { problemText } from "../buyer/names";
import { alert } from "../ui/parts";
import { ask, browserName, enter, prove, type Challenge, type Me } from "./calls";
import type { Tokens } from "../client/identity";

export type Way = "sign-in" | "register" | "code" | "reset";

export const way = signal<Way>("sign-in");
export const email = signal("");
export const challenge = signal<Challenge | null>(null);
export const me = signal<Me | null | undefined>(undefined);
export const busy = signal(false);
/** Why the last thing did not work, in words. */
export const fault = signal("");
export const atHome = computed(() => Boolean(me.value && !me.value.guest));

/** Do one thing at a time and say what came of it; false when it did not work. */
export async function attempt(work: () => Promise<void>): Promise<boolean> {
  if (busy.peek()) return false;
  busy.value = true;
  fault.value = "";
  try {
    return await look(work);
  } finally {
    busy.value = false;
  }
}

/** Fetch what is to be shown, beside whatever else is being done. */
export async function look(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    fault.value = error.code === "invalid" && error.problem.detail ? error.problem.detail : problemText(error.problem);
    alert(fault.value);
    return false;
  }
}

/** Ask to be let in, in the way that was chosen. */
export function knock(password: string, name: string): Promise<boolean> {
  const address = email.peek().trim();
  const client = browserName(navigator.userAgent);
  return attempt(async () => {
    switch (way.peek()) {
      case "sign-in":
        return came(await prove("login", { email: address, password, client }));
      case "code":
        return came(await prove("login", { email: address, client }));
      case "register":
        return came(await prove("register", { email: address, password, name }));
      case "reset":
        return came(await prove("reset", { email: address }));
    }
  });
}

/** Answer with the code; after a reset the new password goes with it. */
export function answer(code: string, password: string): Promise<boolean> {
  const asked = challenge.peek();
  if (!asked) return Promise.resolve(false);
  const body = { challenge: asked.challenge, code, client: browserName(navigator.userAgent) };
  const renewing = way.peek() === "reset" && asked.method === "email";
  return attempt(async () => came(await prove("otp", renewing ? { ...body, password } : body)));
}

async function came(reply: Tokens | Challenge): Promise<void> {
  if (reply.kind === "challenge") {
    challenge.value = reply;
    return;
  }
  challenge.value = null;
  await enter(reply);
  me.value = await ask<Me>("/auth/me");
}

/** Who one is already, when the page opens. */
export async function recognise(): Promise<void> {
  if (!identity.signedIn) {
    me.value = null;
    return;
  }
  try {
    me.value = await ask<Me>("/auth/me");
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.problem.status < 500) identity.forget();
    else fault.value = problemText(error.problem);
    me.value = null;
  }
}

/** Nobody in particular any more, here. */
export function leave(): void {
  identity.forget();
  me.value = null;
  way.value = "sign-in";
}
