/** The way without websockets, which is fetched once it is needed: few ever need it. */
import type { Socket, Surroundings } from "./around";
import { LateSocket } from "./late";
import type { Rest } from "./polling";

export function fallback(rest: Rest, later: Surroundings["later"]): Socket {
  return new LateSocket(import("./polling").then(({ PollingSocket }) => new PollingSocket(rest, later)));
}
