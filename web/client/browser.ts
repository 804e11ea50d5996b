/** The surroundings of a session in a browser: its websocket, its clock, and a buyer's identity of its own. */
import type { Socket, Surroundings } from "./socket";
import { Session, SUBPROTOCOL } from "./socket";

const TOKEN_KEY = "holdfast.token";

/** A token that the page was given before, or a guest's from the server. */
export async function guestToken(renew: boolean): Promise<string | null> {
  const kept = renew ? null : localStorage.getItem(TOKEN_KEY);
  if (kept) return kept;
  const reply = await fetch("/v1/auth/guest", { method: "POST" });
  // Without one everything can be looked at; the first hold says what is missing.
  if (!reply.ok) return null;
  const { token, access_token } = (await reply.json()) as { token?: string; access_token?: string };
  const fresh = token ?? access_token ?? null;
  if (fresh) localStorage.setItem(TOKEN_KEY, fresh);
  return fresh;
}

let identity: Surroundings["token"] = guestToken;

/** Who this page acts as, where that is not a buyer of its own: said once, before anything is asked. */
export function actAs(whose: Surroundings["token"]): void {
  identity = whose;
}

function open(): Socket {
  const address = new URL("/v1/ws", location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  return new WebSocket(address, SUBPROTOCOL) as Socket;
}

export const browser: Surroundings = {
  open,
  now: () => performance.now(),
  later(ms, action) {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
  random: Math.random,
  token: (renew) => identity(renew),
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

/** A REST call with the same identity. */
export async function rest(path: string, init: RequestInit = {}): Promise<Response> {
  const token = await identity(false);
  const headers = new Headers(init.headers);
  if (token) headers.set("Authorization", `Bearer ${token}`);
  return fetch(`/v1${path}`, { ...init, headers });
}
