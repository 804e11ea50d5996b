/** What travels on the websocket, as docs/PROTOCOL.md has it. Unknown fields and pushes are ignored. */

export type Position = [ep: string, seq: number];

export interface Money {
  amount: string;
  currency: string;
}

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
}

export interface Item {
  seat: string;
  section: string;
  category: string;
  type: string;
  price: Money;
  qty?: number;
}

export interface Fee {
  name: string;
  amount: Money;
  included?: boolean;
}

export interface Hold {
  hold: string;
  fees?: Fee[];
  items: Item[];
  total: Money;
  expires_at: string;
  renewals_left: number;
  section?: string;
}

export interface Payment {
  provider: string;
  status: "pending" | "requires_action" | "approved" | "declined" | "cancelled" | "refunding" | "refunded";
  client_secret?: string;
  next_action?: { type: string; url?: string };
  code?: string;
}

export interface Order {
  order: string;
  status: "pending" | "confirmed" | "cancelled";
  amount: Money;
  pay_by?: string;
  hold?: string;
  event?: string;
  tickets?: Item[];
  payment?: Payment;
}

export interface Place {
  event: string;
  ticket: string;
  phase: "closed" | "pre-queue" | "draw" | "open" | "paused" | "over";
  as_of: string;
  position?: number;
  ahead?: number;
  eta_ms?: { p50: number; p90: number };
  left?: number;
  opens_at?: string;
  draws_at?: string;
  pass?: string;
  expires_at?: string;
}

export interface Hello {
  session: string;
  principal: string | null;
  heartbeat_ms: number;
  limits: { in_flight_max: number; seats_per_hold: number; [name: string]: number };
}

export type Update = [name: string, status: string | number];

export interface Snapshot {
  status: string;
  areas: Record<string, number>;
}

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
