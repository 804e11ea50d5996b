/** The surroundings of sessions in a browser: websockets, clock, REST calls, and whose they are. */
import { Identity, type Shelf } from "./identity";
import { fallback } from "./fallback";
import type { Socket, Surroundings } from "./socket";
import { Session, SUBPROTOCOL } from "./socket";

const LOCK = "holdfast.refresh";

/** Whose server is asked (nothing: the page's own), and where tokens are kept: for all tabs, and for this one. */
export interface Place {
  server: string;
  browser: Shelf;
  tab: Shelf;
}

export interface InBrowser {
  identity: Identity;
  /** Act as somebody else than the reader as a buyer: said once, before anything is asked. */
  actAs(another: Surroundings["token"]): void;
  /** A session of this page, which hurries when the network or the reader comes back. */
  session(name: string): Session;
  /** A REST call with the same identity; a token that has run out is replaced once. */
  rest(path: string, init?: RequestInit): Promise<Response>;
}

export function inBrowser(at: Place): InBrowser {
  const identity = new Identity({
    storage: at.browser,
    tab: at.tab,
    fetch: (path, init) => fetch(at.server + path, init),
    now: Date.now,
    alone: (task) => (navigator.locks ? navigator.locks.request(LOCK, task) : task()),
  });
  let whose: Surroundings["token"] = (renew) => identity.token(renew);

  async function sent(path: string, init: RequestInit, renew: boolean): Promise<Response> {
    const token = await whose(renew);
    const headers = new Headers(init.headers);
    if (token) headers.set("Authorization", `Bearer ${token}`);
    return fetch(`${at.server}/v1${path}`, { ...init, headers });
  }

  async function rest(path: string, init: RequestInit = {}): Promise<Response> {
    const reply = await sent(path, init, false);
    if (reply.status !== 401) return reply;
    const { code } = (await reply.clone().json()) as { code?: string };
    return code?.startsWith("token_") ? sent(path, init, true) : reply;
  }

  const around: Surroundings = {
    open: () => open(at.server),
    poll: () => fallback(rest, around.later),
    now: () => performance.now(),
    later(ms, action) {
      const timer = setTimeout(action, ms);
      return () => clearTimeout(timer);
    },
    random: Math.random,
    token: (renew) => whose(renew),
  };
  const actAs = (another: Surroundings["token"]): void => void (whose = another);
  return { identity, actAs, rest, session: (name) => hurried(new Session(around, name)) };
}

function open(server: string): Socket {
  const address = new URL("/v1/ws", server || location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  return new WebSocket(address, SUBPROTOCOL) as Socket;
}

function hurried(session: Session): Session {
  addEventListener("online", () => session.hurry());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) session.hurry();
  });
  return session;
}
