/** What travels on the websocket: names for the server's own types (`wire.ts`), and the envelope around them. */
import type * as wire from "./wire";

export type Position = [ep: string, seq: number];
export type Money = wire.Money;
export type Problem = wire.Problem;
export type Item = wire.Item;
export type Fee = wire.FeeLine;
export type Hold = wire.HoldReply;
export type Payment = wire.PaymentState;
export type Order = wire.OrderReply;
export type Place = wire.QueueReply;
export type CategoryLeft = wire.CategoryLeft;
export type Hello = wire.HelloReply;
export type Snapshot = wire.SeatsSnapshot;
export type Update = wire.SeatsDelta["u"][number];

/** Anything the server sends: a reply when `t` is absent, else a push. */
export interface Message {
  t?: string;
  re?: number | null;
  ok?: boolean;
  d?: unknown;
  e?: Problem;
  ch?: string;
  ep?: string;
  seq?: number;
  from?: number;
}

export interface Request {
  t: string;
  d: object;
  idem?: string;
}
