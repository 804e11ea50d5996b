/** The surroundings of a session in a browser: its websocket, its clock, and whose it is. */
import { Identity } from "./identity";
import { PollingSocket } from "./polling";
import type { Socket, Surroundings } from "./socket";
import { Session, SUBPROTOCOL } from "./socket";

const LOCK = "holdfast.refresh";

export const identity = new Identity({
  storage: localStorage,
  fetch: (...asked) => fetch(...asked),
  now: Date.now,
  alone: (task) => (navigator.locks ? navigator.locks.request(LOCK, task) : task()),
});

let whose: Surroundings["token"] = (renew) => identity.token(renew);

/** Who this page acts as, where that is not its reader as a buyer: said once, before anything is asked. */
export function actAs(another: Surroundings["token"]): void {
  whose = another;
}

function open(): Socket {
  const address = new URL("/v1/ws", location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  return new WebSocket(address, SUBPROTOCOL) as Socket;
}

export const browser: Surroundings = {
  open,
  poll: () => new PollingSocket(rest, browser.later),
  now: () => performance.now(),
  later(ms, action) {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
  random: Math.random,
  token: (renew) => whose(renew),
};

/** A session of this page, which hurries when the network or the reader comes back. */
export function browserSession(name: string): Session {
  const session = new Session(browser, name);
  addEventListener("online", () => session.hurry());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) session.hurry();
  });
  return session;
}

/** A REST call with the same identity; a token that has run out is replaced once. */
export async function rest(path: string, init: RequestInit = {}): Promise<Response> {
  const reply = await sent(path, init, false);
  if (reply.status !== 401) return reply;
  const { code } = (await reply.clone().json()) as { code?: string };
  return code?.startsWith("token_") ? sent(path, init, true) : reply;
}

async function sent(path: string, init: RequestInit, renew: boolean): Promise<Response> {
  const token = await whose(renew);
  const headers = new Headers(init.headers);
  if (token) headers.set("Authorization", `Bearer ${token}`);
  return fetch(`/v1${path}`, { ...init, headers });
}
