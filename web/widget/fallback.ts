/** The way without websockets: the widget is one script, and fetches nothing else. */
import type { Socket, Surroundings } from "../client/around";
import { PollingSocket, type Rest } from "../client/polling";

export function fallback(rest: Rest, later: Surroundings["later"]): Socket {
  return new PollingSocket(rest, later);
}
