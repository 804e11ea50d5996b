/**
 * A socket made of REST calls, for networks that let no websocket through. The session above it is the same: requests
 * go under their keys, and what the server would push is asked for and told in its words.
 *
 * Each beat asks once for each event that is watched, and once for each place in a line. A call that does not get
 * through ends the socket as a lost connection would.
 */
import type { Message, Position, Request } from "./frames";
import { Lines } from "./lines";
import type { Socket } from "./socket";
import { restCall } from "./translation";

export const BEAT_MS = 4_000;
const IN_FLIGHT_MAX = 6;
/** Costs the server nothing, and says that calls get through. */
const KNOCK = "/ticket-keys";

export type Rest = (path: string, init?: RequestInit) => Promise<Response>;
export type Later = (ms: number, action: () => void) => () => void;

interface Status {
  ep: string;
  seq: number;
  status: string;
  areas: Record<string, number>;
  free: number;
  held: number;
  sold: number;
}

interface Watched {
  counts: boolean;
  /** Sections whose seats are shown, with what was last told of each. */
  sections: Map<string, Position | null>;
}

interface Asked extends Request {
  id: number;
}

export class PollingSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  private closed = false;
  private serverMs: number | null = null;
  private readonly events = new Map<string, Watched>();
  /** Where the caller stands in lines. */
  private readonly lines = new Lines();
  private stop: () => void = () => {};

  constructor(
    private readonly rest: Rest,
    private readonly later: Later,
    private readonly wallNow: () => number = Date.now,
  ) {
    void this.knock();
  }

  close(): void {
    this.closed = true;
    this.stop();
  }

  send(frame: string): void {
    const request = JSON.parse(frame) as Asked;
    switch (request.t) {
      case "hello":
        return this.answer(request.id, { session: "polling", principal: null, heartbeat_ms: BEAT_MS, limits: { in_flight_max: IN_FLIGHT_MAX } });
      case "ping":
        return this.answer(request.id, { now: new Date(this.serverMs ?? this.wallNow()).toISOString(), positions: {} });
      case "subscribe":
      case "unsubscribe":
      case "sync":
        this.watch(request);
        return this.answer(request.id, { channels: {} });
      default:
        void this.ask(request);
    }
  }

  private async knock(): Promise<void> {
    if (await this.got(KNOCK)) this.onopen?.();
  }

  private watch({ t, d }: Asked): void {
    const { event, detail, sections = [], ch } = d as { event?: string; detail?: string; sections?: string[]; ch?: string };
    const [of, only] = ch ? (ch.split("/") as [string, string]) : [event ?? "", undefined];
    const known = this.events.get(of) ?? { counts: false, sections: new Map<string, Position | null>() };
    this.events.set(of, known);
    const on = t !== "unsubscribe";
    if (only !== undefined) known.sections.set(only, null);
    else if (detail === "counts") known.counts = on;
    for (const name of sections) {
      if (on) known.sections.set(name, null);
      else known.sections.delete(name);
    }
    if (!known.counts && !known.sections.size) this.events.delete(of);
    // Several subscriptions come one after the other: one beat answers them all.
    if (on) this.beatIn(0);
  }

  private beatIn(ms: number): void {
    this.stop();
    if (!this.closed) this.stop = this.later(ms, () => void this.beat());
  }

  private async beat(): Promise<void> {
    for (const [event, known] of [...this.events]) await this.look(event, known);
    for (const path of this.lines.paths()) await this.lookInLine(path);
    this.beatIn(BEAT_MS);
  }

  private async look(event: string, known: Watched): Promise<void> {
    const reply = await this.got(`/events/${encodeURIComponent(event)}/seats`);
    if (!reply?.ok) return;
    const { sections } = (await reply.json()) as { sections: Record<string, Status> };
    const u = Object.entries(sections).map(([name, each]) => [name, each.free, each.held, each.sold]);
    if (known.counts) this.push({ t: "sections.delta", ch: event, d: { u } });
    for (const [name, told] of known.sections) {
      const now = sections[name];
      if (!now || (told?.[0] === now.ep && told[1] === now.seq)) continue;
      known.sections.set(name, [now.ep, now.seq]);
      this.push({ t: "seats.snapshot", ch: `${event}/${name}`, ep: now.ep, seq: now.seq, d: { status: now.status, areas: now.areas } });
    }
  }

  private async lookInLine(path: string): Promise<void> {
    const reply = await this.got(path);
    const news = reply && (await this.lines.news(path, reply));
    if (news) this.push(news);
  }

  private async ask(request: Asked): Promise<void> {
    const call = restCall(request, this.lines.eventOf);
    if (!call) return this.say({ re: request.id, ok: false, e: { type: "about:blank", title: "No such request", status: 422, code: "invalid" } });
    const { method, path, body, key } = call;
    const headers = { ...(body && { "Content-Type": "application/json" }), ...(key && { "Idempotency-Key": key }) };
    const reply = await this.got(path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    if (!reply) return;
    const told = (await reply.json()) as object;
    if (reply.ok && this.lines.follow(request.t, told)) this.beatIn(BEAT_MS);
    this.say(reply.ok ? { re: request.id, ok: true, d: told } : { re: request.id, ok: false, e: told as Message["e"] });
  }

  /** A reply, or null once calls get through no more. */
  private async got(path: string, init?: RequestInit): Promise<Response | null> {
    const reply = await this.rest(path, init).catch(() => null);
    if (this.closed) return null;
    if (!reply) {
      this.close();
      this.onclose?.({ code: 1006 });
      return null;
    }
    const date = Date.parse(reply.headers.get("date") ?? "");
    if (!Number.isNaN(date)) this.serverMs = date;
    return reply;
  }

  private answer(id: number, d: object): void {
    // A socket answers later, never while it is being written to.
    queueMicrotask(() => this.say({ re: id, ok: true, d }));
  }

  private push(message: Message): void {
    this.say(message);
  }

  private say(message: Message): void {
    if (!this.closed) this.onmessage?.({ data: JSON.stringify(message) });
  }
}
