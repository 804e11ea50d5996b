/** What a request of the websocket is over REST: the same thing under the same key. */
import type { Request } from "./frames";

export interface RestCall {
  method: "GET" | "POST" | "DELETE";
  path: string;
  body?: object;
  key?: string;
}

type Body = Record<string, unknown>;

const part = (value: unknown): string => encodeURIComponent(String(value));

/** The call that does what a request asks for, or null for what REST has no call for. `eventOf` knows whose an entry is. */
export function restCall({ t, d, idem }: Request, eventOf: (entry: string) => string): RestCall | null {
  const body = d as Body;
  const keyed = (call: RestCall): RestCall => (idem === undefined ? call : { ...call, key: idem });
  const hold = (): string => `/holds/${part(body["hold"])}`;
  const line = (): string => `/events/${part(body["event"])}/queue`;
  const list = (): string => `/events/${part(body["event"] ?? eventOf(String(body["entry"])))}/waitlist`;
  const without = (...names: string[]): Body => Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));
  switch (t) {
    case "hold.create":
      return keyed({ method: "POST", path: "/holds", body });
    case "hold.release": {
      const seats = body["seats"] as string[] | undefined;
      return keyed({ method: "DELETE", path: hold() + (seats ? `?seats=${seats.map(part).join(",")}` : "") });
    }
    case "hold.extend":
      return keyed({ method: "POST", path: `${hold()}/extend`, body: {} });
    case "hold.swap":
      return keyed({ method: "POST", path: `${hold()}/swap`, body: without("hold") });
    case "checkout.begin":
      return keyed({ method: "POST", path: "/orders", body });
    case "order.get":
      return { method: "GET", path: `/orders/${part(body["order"])}` };
    case "order.cancel":
      return keyed({ method: "POST", path: `/orders/${part(body["order"])}/cancel`, body: {} });
    case "queue.join":
      return keyed({ method: "POST", path: line(), body: without("event") });
    case "queue.status":
      return { method: "GET", path: line() };
    case "queue.leave":
      return keyed({ method: "DELETE", path: line() });
    case "queue.challenge":
      return { method: "GET", path: `${line()}/challenge` };
    case "waitlist.join":
      return keyed({ method: "POST", path: list(), body: without("event") });
    case "waitlist.status":
      return { method: "GET", path: list() };
    case "waitlist.accept":
      return keyed({ method: "POST", path: `${list()}/accept`, body: {} });
    case "waitlist.decline":
      return keyed({ method: "POST", path: `${list()}/decline`, body: {} });
    case "waitlist.leave":
      return keyed({ method: "DELETE", path: list() });
    default:
      return null;
  }
}
