/** What a request of the websocket is over REST: the same thing under the same key. */
import type { Request } from "./frames";
import { lineCall } from "./lines";

export interface RestCall {
  method: "GET" | "POST" | "DELETE";
  path: string;
  body?: object;
  key?: string;
}

export type Body = Record<string, unknown>;

export const part = (value: unknown): string => encodeURIComponent(String(value));

export function without(body: Body, name: string): Body {
  return Object.fromEntries(Object.entries(body).filter(([each]) => each !== name));
}

/** The call that does what a request asks for, or null for what REST has no call for. `eventOf` knows whose an entry is. */
export function restCall({ t, d, idem }: Request, eventOf: (entry: string) => string): RestCall | null {
  const body = d as Body;
  const keyed = (call: RestCall): RestCall => (idem === undefined ? call : { ...call, key: idem });
  const hold = (): string => `/holds/${part(body["hold"])}`;
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
      return keyed({ method: "POST", path: `${hold()}/swap`, body: without(body, "hold") });
    case "checkout.begin":
      return keyed({ method: "POST", path: "/orders", body });
    case "order.get":
      return { method: "GET", path: `/orders/${part(body["order"])}` };
    case "order.cancel":
      return keyed({ method: "POST", path: `/orders/${part(body["order"])}/cancel`, body: {} });
    default:
      return lineCall(t, body, keyed, eventOf);
  }
}
