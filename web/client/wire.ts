/** What travels on the websocket, made from the server's own AsyncAPI by `make wire`. Never edited by hand. */

export interface Wire {}
/**
 * Best available: how many and which will do. `max_price` is for one seat.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Best".
 */
export interface Best {
  qty: number;
  /**
   * @minItems 1
   */
  sections?: [string, ...string[]];
  /**
   * @minItems 1
   */
  categories?: [string, ...string[]];
  adjacent?: boolean;
  accessible?: boolean;
  max_price?: string;
}
/**
 * The organiser's board: what is sold and left now, how it goes, and where people are lost.
 *
 *     `free` to `fees` are told by the sections themselves, as of `at`; all else is counted, and `behind`
 *     says how many records are not in it yet. `minutes` are the running one and those just before it;
 *     `refusals`, `turned_away` (at the door, before a section heard of it) and `funnel` are of the whole sale.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "BoardReply".
 */
export interface BoardReply {
  event: string;
  as_of: string;
  behind: number;
  at: {
    /**
     * @minItems 2
     * @maxItems 2
     */
    [k: string]: [string, number];
  };
  free: number;
  held: number;
  sold: number;
  blocked: number;
  orders: number;
  revenue: Money;
  fees: Money;
  minutes: MinuteReply[];
  refusals: {
    [k: string]: number;
  };
  turned_away: {
    [k: string]: number;
  };
  funnel: StepReply[];
  forecast: ForecastReply;
  queue: LineReply | null;
}
/**
 * An amount as a decimal string with its currency.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Money".
 */
export interface Money {
  amount: string;
  currency: string;
}
/**
 * One minute, `at` its beginning.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "MinuteReply".
 */
export interface MinuteReply {
  queued: number;
  admitted: number;
  holds: number;
  places_held: number;
  checkouts: number;
  orders: number;
  sold: number;
  returned: number;
  refused: number;
  revenue: Money;
  refunds: Money;
  at: string;
}
/**
 * How many came to a step, how many of them went no further (`lost`), and why.
 *
 *     Who came and is neither lost nor at the next step is still at it. Of a waiting room those are lost
 *     who left or gave no sign of life.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "StepReply".
 */
export interface StepReply {
  step: "admitted" | "checkout" | "held" | "paid" | "queued";
  count: number;
  lost: number;
  reasons: {
    [k: string]: number;
  };
}
/**
 * At which rate places were sold in the last minutes, and when none would be left at that rate.
 *
 *     `sells_out_at` is null while nothing is sold, or everything is.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ForecastReply".
 */
export interface ForecastReply {
  minutes: number;
  places_per_minute: number;
  sells_out_at: string | null;
}
/**
 * How the waiting room stands.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "LineReply".
 */
export interface LineReply {
  phase: string;
  waiting: number;
  active: number;
  joined: number;
  admitted_per_minute: number;
  pressure: number;
}
/**
 * Whose names go on the order.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Buyer".
 */
export interface Buyer {
  name: string;
  email: string;
}
/**
 * How many places of a category, which people know as `label`, are free.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "CategoryLeft".
 */
export interface CategoryLeft {
  category: string;
  label: string;
  free: number;
}
/**
 * Begin checkout.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "CheckoutBegin".
 */
export interface CheckoutBegin {
  t: "checkout.begin";
  id: number;
  d: CheckoutBody;
  idem?: string;
  dl?: number;
}
/**
 * Turn a hold into an order.
 *
 *     With `accept_equal` other seats of the same category, ticket type and price will do, should
 *     the money come too late for these.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "CheckoutBody".
 */
export interface CheckoutBody {
  hold: string;
  buyer: Buyer;
  payment?: Payment;
  accept_equal?: boolean;
}
/**
 * How it is to be paid.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Payment".
 */
export interface Payment {
  provider?: string;
  method?: string;
}
/**
 * What a client may rely on; those of a sale come with the event's terms.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ConnectionLimits".
 */
export interface ConnectionLimits {
  frame_bytes_max?: number;
  in_flight_max?: number;
  messages_per_frame_max?: number;
  subscriptions_max?: number;
  deltas_per_second?: number;
  frames_per_second?: number;
  seats_per_hold?: number;
  holds_per_buyer?: number;
  renewals?: number;
}
/**
 * The server is going away; connect again after so long, elsewhere if you can.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "DrainingNotice".
 */
export interface DrainingNotice {
  reconnect_after_ms: number;
}
/**
 * How long the wait will be, in milliseconds: half of all waits are shorter than `p50`.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Eta".
 */
export interface Eta {
  p50: number;
  p90: number;
}
/**
 * A fee; one that is `included` is a part of the prices and not added to them.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "FeeLine".
 */
export interface FeeLine {
  name: string;
  amount: Money;
  included?: boolean;
}
/**
 * The first message of a connection.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Hello".
 */
export interface Hello {
  t: "hello";
  id: number;
  d?: HelloBody;
}
/**
 * Who is there; without a token the session is a guest that may look.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "HelloBody".
 */
export interface HelloBody {
  token?: string;
  resume?: Resume;
  client?: string;
}
/**
 * The session that was lost and the last position known of each channel.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Resume".
 */
export interface Resume {
  session: string;
  positions?: {
    /**
     * @minItems 2
     * @maxItems 2
     */
    [k: string]: [string, number];
  };
}
/**
 * A session has begun.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "HelloReply".
 */
export interface HelloReply {
  session: string;
  principal: string | null;
  heartbeat_ms: number;
  limits: ConnectionLimits;
}
/**
 * Hold seats, the best available, or places.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "HoldCreate".
 */
export interface HoldCreate {
  t: "hold.create";
  id: number;
  d: HoldCreateBody;
  idem?: string;
  dl?: number;
}
/**
 * Exactly one of `seats`, `best` and `ga`; `hold` adds to a hold that stands.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "HoldCreateBody".
 */
export interface HoldCreateBody {
  event: string;
  /**
   * @minItems 1
   */
  seats?: [string, ...string[]];
  best?: Best;
  ga?: Places;
  types?: {
    [k: string]: string;
  };
  pass?: string;
  hold?: string;
}
/**
 * Places in a general-admission area.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Places".
 */
export interface Places {
  area: string;
  qty: number;
}
/**
 * The time of a hold of yours has run out; its seats are on sale again.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "HoldExpired".
 */
export interface HoldExpired {
  hold: string;
}
/**
 * A hold of yours ends soon, unless you renew it or pay for it.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "HoldExpiring".
 */
export interface HoldExpiring {
  hold: string;
  expires_at: string;
}
/**
 * Extend a hold.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "HoldExtend".
 */
export interface HoldExtend {
  t: "hold.extend";
  id: number;
  d: HoldExtendBody;
  idem?: string;
  dl?: number;
}
/**
 * Renew a hold's deadline.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "HoldExtendBody".
 */
export interface HoldExtendBody {
  hold: string;
}
/**
 * Release a hold or part of it.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "HoldRelease".
 */
export interface HoldRelease {
  t: "hold.release";
  id: number;
  d: HoldReleaseBody;
  idem?: string;
  dl?: number;
}
/**
 * Give back some seats of a hold, or all of it.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "HoldReleaseBody".
 */
export interface HoldReleaseBody {
  hold: string;
  /**
   * @minItems 1
   */
  seats?: [string, ...string[]];
}
/**
 * A hold as it is at `pos` of its section; a released one has no items.
 *
 *     `total` is what is to be paid: the items and the `fees` that are not included in their prices.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "HoldReply".
 */
export interface HoldReply {
  hold: string;
  items: Item[];
  total: Money;
  expires_at: string;
  renewals_left: number;
  /**
   * @minItems 2
   * @maxItems 2
   */
  pos: [string, number];
  section?: string;
  fees?: FeeLine[];
}
/**
 * A seat, or `qty` places of an area; `price` is for one.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Item".
 */
export interface Item {
  seat: string;
  section: string;
  category: string;
  type: string;
  price: Money;
  qty?: number;
}
/**
 * Swap seats of a hold.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "HoldSwap".
 */
export interface HoldSwap {
  t: "hold.swap";
  id: number;
  d: HoldSwapBody;
  idem?: string;
  dl?: number;
}
/**
 * Give back some seats and take others, in one step.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "HoldSwapBody".
 */
export interface HoldSwapBody {
  hold: string;
  /**
   * @minItems 1
   */
  release: [string, ...string[]];
  /**
   * @minItems 1
   */
  take: [string, ...string[]];
  types?: {
    [k: string]: string;
  };
  pass?: string;
}
/**
 * What the buyer has to do with the provider; `url` says where, if it is somewhere.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "NextAction".
 */
export interface NextAction {
  type: string;
  url?: string;
}
/**
 * One order.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "OrderBody".
 */
export interface OrderBody {
  order: string;
}
/**
 * Cancel an order.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "OrderCancel".
 */
export interface OrderCancel {
  t: "order.cancel";
  id: number;
  d: OrderBody;
  idem?: string;
  dl?: number;
}
/**
 * Read an order.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "OrderGet".
 */
export interface OrderGet {
  t: "order.get";
  id: number;
  d: OrderBody;
  dl?: number;
}
/**
 * An order as it is at `pos` of its section.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "OrderReply".
 */
export interface OrderReply {
  order: string;
  status: "cancelled" | "confirmed" | "pending";
  amount: Money;
  pay_by?: string | null;
  hold?: string | null;
  event?: string | null;
  tickets?: Item[];
  payment?: PaymentState | null;
  section?: string;
  pos?: [string, number] | null;
  fees?: FeeLine[];
}
/**
 * How the payment of an order stands; `reference` is the provider's.
 *
 *     `client_secret` and `next_action` are what the buyer's side needs to go on with the
 *     provider; `code` says why it was declined; `refunded` what went back or is on its way.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "PaymentState".
 */
export interface PaymentState {
  provider: string;
  status: "approved" | "cancelled" | "declined" | "pending" | "refunded" | "refunding" | "requires_action";
  reference?: string;
  client_secret?: string;
  next_action?: NextAction;
  code?: string;
  refunded?: Money;
}
/**
 * An order of yours has moved on; `order.get` tells all of it.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "OrderUpdated".
 */
export interface OrderUpdated {
  order: string;
  status: "cancelled" | "confirmed" | "pending";
  payment: PaymentState;
}
/**
 * A heartbeat.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Ping".
 */
export interface Ping {
  t: "ping";
  id: number;
  d?: PingBody;
}
/**
 * A heartbeat has nothing to say.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "PingBody".
 */
export interface PingBody {}
/**
 * The server's time and where the subscribed channels stand.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "PingReply".
 */
export interface PingReply {
  now: string;
  positions: {
    /**
     * @minItems 2
     * @maxItems 2
     */
    [k: string]: [string, number];
  };
}
/**
 * An RFC 9457 problem object. `objects` and `alternatives` accompany `seat_taken` and `orphan_rule`.
 *
 *     `section` and `pos` (`[ep, seq]`) say on which state a section refused; without them no
 *     section was asked, or none answered.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Problem".
 */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail?: string;
  retryable?: boolean;
  retry_after_ms?: number;
  request_id?: string;
  objects?: string[];
  alternatives?: string[][];
  section?: string;
  /**
   * @minItems 2
   * @maxItems 2
   */
  pos?: [string, number];
}
/**
 * News nobody asked for. On seat channels `seq` is the journal position it brings one to.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Push".
 */
export interface Push {
  t: string;
  ch?: string;
  ep?: string;
  seq?: number;
  from?: number;
  d?: unknown;
}
/**
 * You are let in: send `pass` with every hold until it ends.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "QueueAdmitted".
 */
export interface QueueAdmitted {
  event: string;
  pass: string;
  expires_at: string;
}
/**
 * The waiting room of one event.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "QueueBody".
 */
export interface QueueBody {
  event: string;
}
/**
 * Get the challenge that is to be solved before joining.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "QueueChallenge".
 */
export interface QueueChallenge {
  t: "queue.challenge";
  id: number;
  d: QueueBody;
  dl?: number;
}
/**
 * What is to be solved before joining (ALTCHA, version 2); null when nothing is.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "QueueChallengeReply".
 */
export interface QueueChallengeReply {
  event: string;
  challenge: {
    [k: string]: unknown;
  } | null;
}
/**
 * Your place or pass has ended, and why.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "QueueEnded".
 */
export interface QueueEnded {
  event: string;
  ticket: string;
  reason: Problem;
}
/**
 * Join the waiting room, or find the place that one has.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "QueueJoin".
 */
export interface QueueJoin {
  t: "queue.join";
  id: number;
  d: QueueJoinBody;
  idem?: string;
  dl?: number;
}
/**
 * Take a place; `challenge` is the solved challenge (base64), where one is asked for.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "QueueJoinBody".
 */
export interface QueueJoinBody {
  event: string;
  challenge?: string;
}
/**
 * Leave the waiting room, or give back a pass.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "QueueLeave".
 */
export interface QueueLeave {
  t: "queue.leave";
  id: number;
  d: QueueBody;
  idem?: string;
  dl?: number;
}
/**
 * The place was given up, or the pass given back.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "QueueLeft".
 */
export interface QueueLeft {
  event: string;
  phase: "closed" | "draw" | "open" | "over" | "paused" | "pre-queue";
}
/**
 * Nobody is let in for a while, and has not been since `since`; everybody keeps their place.
 *
 *     `reason` is what the organiser says of why, if anything.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "QueuePaused".
 */
export interface QueuePaused {
  event: string;
  since?: string;
  reason?: string;
}
/**
 * A place, or a pass until `expires_at`. Positions come with the draw, where there is one.
 *
 *     `left` is how many seats and places are free, if that is known, and `by_category` the same by
 *     category, in the plan's order; absent until all sections are known; `opens_at` and `draws_at` are
 *     told before the opening, and `since` while the room is paused: when that began, with the `reason`
 *     if one was given. Over REST ask again after `refresh_interval_s`.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "QueueReply".
 */
export interface QueueReply {
  event: string;
  ticket: string;
  phase: "closed" | "draw" | "open" | "over" | "paused" | "pre-queue";
  as_of: string;
  position?: number;
  ahead?: number;
  eta_ms?: Eta;
  left?: number;
  opens_at?: string;
  draws_at?: string;
  pass?: string;
  expires_at?: string;
  refresh_interval_s?: number;
  since?: string;
  by_category?: CategoryLeft[];
  reason?: string;
}
/**
 * Nothing is left: waiting longer is of no use.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "QueueSoldOut".
 */
export interface QueueSoldOut {
  event: string;
}
/**
 * Read one's place; after a reconnect this brings its news here.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "QueueStatus".
 */
export interface QueueStatus {
  t: "queue.status";
  id: number;
  d: QueueBody;
  dl?: number;
}
/**
 * Your place moved, or the room or what is left did; `since` and `reason` of a pause, while it lasts.
 *
 *     `by_category` is told when it is another one than was told last.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "QueueUpdate".
 */
export interface QueueUpdate {
  event: string;
  ticket: string;
  phase: "closed" | "draw" | "open" | "over" | "paused" | "pre-queue";
  as_of: string;
  position?: number;
  ahead?: number;
  eta_ms?: Eta;
  left?: number;
  since?: string;
  by_category?: CategoryLeft[];
  reason?: string;
}
/**
 * The one answer to a request; `d` when it went well, `e` when not.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Reply".
 */
export interface Reply {
  re: number | null;
  ok: boolean;
  d?: unknown;
  e?: Problem;
}
/**
 * What was known of the channel is void: a snapshot follows.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ResetNotice".
 */
export interface ResetNotice {
  reason: "behind" | "history";
}
/**
 * Seats that changed: `[label, status]`; areas: `[name, free]`.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SeatsDelta".
 */
export interface SeatsDelta {
  u: [string, string | number][];
}
/**
 * A section's whole status: 4 bits a seat in plan order, first seat in the low nibble.
 *
 *     0 free, 1 held, 2 sold, 3 blocked; `areas` gives the free places by area name.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SeatsSnapshot".
 */
export interface SeatsSnapshot {
  status: string;
  areas: {
    [k: string]: number;
  };
}
/**
 * Sections that changed: `[section, free, held, sold]`; `at` says as of which position of each.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SectionsDelta".
 */
export interface SectionsDelta {
  u: [string, number, number, number][];
  at?: {
    /**
     * @minItems 2
     * @maxItems 2
     */
    [k: string]: [string, number];
  };
}
/**
 * Start watching.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Subscribe".
 */
export interface Subscribe {
  t: "subscribe";
  id: number;
  d: SubscribeBody;
}
/**
 * Watch sections (all, if none is named) as seats or as counts.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SubscribeBody".
 */
export interface SubscribeBody {
  event: string;
  /**
   * @minItems 1
   */
  sections?: [string, ...string[]];
  detail?: "counts" | "seats";
  after?: {
    /**
     * @minItems 2
     * @maxItems 2
     */
    [k: string]: [string, number];
  };
  board?: boolean;
}
/**
 * What follows on each channel: the deltas it missed, or one snapshot.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SubscribeReply".
 */
export interface SubscribeReply {
  channels: {
    [k: string]: "deltas" | "snapshot";
  };
}
/**
 * Close a gap.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Sync".
 */
export interface Sync {
  t: "sync";
  id: number;
  d: SyncBody;
}
/**
 * Ask for what was missed on a channel.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SyncBody".
 */
export interface SyncBody {
  ch: string;
  /**
   * @minItems 2
   * @maxItems 2
   */
  after: [string, number];
}
/**
 * Stop watching.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Unsubscribe".
 */
export interface Unsubscribe {
  t: "unsubscribe";
  id: number;
  d: SubscribeBody;
}
/**
 * Make a hold like any other of what is offered.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "WaitlistAccept".
 */
export interface WaitlistAccept {
  t: "waitlist.accept";
  id: number;
  d: WaitlistEntryBody;
  idem?: string;
  dl?: number;
}
/**
 * One's entry.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "WaitlistEntryBody".
 */
export interface WaitlistEntryBody {
  entry: string;
}
/**
 * The waitlist of one event.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "WaitlistBody".
 */
export interface WaitlistBody {
  event: string;
}
/**
 * Give what is offered to the next in line.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "WaitlistDecline".
 */
export interface WaitlistDecline {
  t: "waitlist.decline";
  id: number;
  d: WaitlistEntryBody;
  idem?: string;
  dl?: number;
}
/**
 * Read one's entry; after a reconnect this brings its news here.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "WaitlistGet".
 */
export interface WaitlistGet {
  t: "waitlist.status";
  id: number;
  d: WaitlistBody;
  dl?: number;
}
/**
 * Wait for seats that fit; refused while there are some.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "WaitlistJoin".
 */
export interface WaitlistJoin {
  t: "waitlist.join";
  id: number;
  d: WaitlistJoinBody;
  idem?: string;
  dl?: number;
}
/**
 * Wait for `qty` seats or nothing; `max_price` is for one. What is not named does not matter.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "WaitlistJoinBody".
 */
export interface WaitlistJoinBody {
  event: string;
  qty: number;
  /**
   * @minItems 1
   */
  categories?: [string, ...string[]];
  max_price?: string;
  together?: boolean;
  accessible?: boolean;
}
/**
 * Wait no longer, also with an offer open.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "WaitlistLeave".
 */
export interface WaitlistLeave {
  t: "waitlist.leave";
  id: number;
  d: WaitlistEntryBody;
  idem?: string;
  dl?: number;
}
/**
 * These seats are held for you until `expires_at`: pay for the hold, accept it, or decline.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "WaitlistOffer".
 */
export interface WaitlistOffer {
  entry: string;
  event: string;
  hold: string;
  expires_at: string;
  items: Item[];
  total: Money;
}
/**
 * An entry as it is: `position` while it waits, the `hold` with its items while it is offered.
 *
 *     `moved` says that an organiser has put it elsewhere. Over REST ask again after
 *     `refresh_interval_s`.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "WaitlistReply".
 */
export interface WaitlistReply {
  entry: string;
  event: string;
  status: "accepted" | "declined" | "lapsed" | "left" | "offered" | "removed" | "waiting";
  qty?: number;
  categories?: string[];
  max_price?: Money;
  together?: boolean;
  accessible?: boolean;
  joined_at?: string;
  position?: number;
  ahead?: number;
  hold?: string;
  expires_at?: string;
  items?: Item[];
  total?: Money;
  moved?: boolean;
  refresh_interval_s?: number;
}
/**
 * Your entry moved up, or ended.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "WaitlistUpdate".
 */
export interface WaitlistUpdate {
  entry: string;
  event: string;
  status: "accepted" | "declined" | "lapsed" | "left" | "offered" | "removed" | "waiting";
  as_of: string;
  position?: number;
  ahead?: number;
}
