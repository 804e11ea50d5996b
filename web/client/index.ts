/** The client as others import it: without a page, and without a library. */
export { Call, type Happening } from "./calls";
export { Core, QueueFull, type Phase } from "./core";
export { Refusal } from "./errors";
export type * from "./frames";
export { Identity, type Keeping, type Shelf, type Tokens } from "./identity";
export { mayReconnect, mayRepeat, waitMs } from "./retry";
export { BLOCKED, FREE, HELD, SOLD, UNKNOWN, SectionMap } from "./seatmap";
export { Session, SUBPROTOCOL, type Socket, type State, type Surroundings } from "./socket";
export { inBrowser, type InBrowser, type Place as Keep } from "./surroundings";
export { Watching, type Subscription } from "./watching";
export type * as wire from "./wire";
