/** Which channels are watched, where each stands, and how gaps are closed. */
import type { Happening } from "./calls";
import type { Message, Position, Request, Snapshot, Update } from "./frames";
import type { SectionMap, Verdict } from "./seatmap";

/** The position of somebody who has seen nothing: it belongs to no history. */
const NOWHERE: Position = ["", 0];

export interface Subscription {
  event: string;
  sections?: string[];
  /** Statuses of seats, counts of sections, or the house's own figures. */
  detail: "seats" | "counts" | "board";
}

/**
 * The maps of one client by channel. At most one sync a channel is in flight; deltas that come
 * meanwhile and do not follow are dropped, because the answer to the sync covers them.
 */
export class Watching {
  private readonly bodies = new Map<string, Subscription>();
  private readonly maps = new Map<string, SectionMap>();
  private readonly wanted = new Set<string>();
  private readonly syncing = new Set<string>();
  private expected = new Map<string, Position>();

  /** Watch from now on, also after a lost connection; one body an event and detail. */
  add(body: Subscription, sections: readonly SectionMap[] = []): void {
    this.bodies.set(`${body.event} ${body.detail}`, body);
    for (const section of sections) this.maps.set(section.channel, section);
  }

  /** Stop watching these sections, or the event's counts. */
  remove(body: Subscription, sections: readonly SectionMap[] = []): void {
    const key = `${body.event} ${body.detail}`;
    for (const section of sections) {
      this.maps.delete(section.channel);
      this.wanted.delete(section.channel);
    }
    const kept = this.bodies.get(key);
    const gone = new Set(body.sections);
    const left = kept?.sections?.filter((name) => !gone.has(name));
    if (kept && left?.length && body.sections) this.bodies.set(key, { ...kept, sections: left });
    else this.bodies.delete(key);
  }

  positions(): Record<string, Position> {
    const known: Record<string, Position> = {};
    for (const [channel, section] of this.maps) if (section.position) known[channel] = section.position;
    return known;
  }

  /** Messages that subscribe anew, each after the positions that are known. */
  again(): Request[] {
    return [...this.bodies.values()].map((body) => this.request(body));
  }

  request(body: Subscription): Request {
    if (body.detail === "board") return { t: "subscribe", d: { event: body.event, board: true } };
    const after: Record<string, Position> = {};
    if (body.detail === "seats") {
      for (const [channel, at] of Object.entries(this.positions()))
        if (channel.startsWith(`${body.event}/`)) after[channel] = at;
    }
    return { t: "subscribe", d: { ...body, after } };
  }

  disconnected(): void {
    this.wanted.clear();
    this.syncing.clear();
  }

  /** Apply a push. Null when it is known already or shows a gap. */
  news(message: Message): Happening | null {
    const section = this.maps.get(message.ch ?? "");
    if (!section) return { kind: "news", message };
    if (message.t === "seats.delta") return this.delta(section, message);
    if (message.t === "seats.snapshot") return this.snapshot(section, message);
    if (message.t === "reset") {
      // The snapshot that follows is the answer to every gap until it comes.
      section.forget();
      this.syncing.add(section.channel);
    }
    return { kind: "news", message };
  }

  private delta(section: SectionMap, message: Message): Happening | null {
    const seq = message.seq ?? 0;
    const { u } = message.d as { u: Update[] };
    const verdict: Verdict = section.apply(message.ep ?? "", message.from ?? seq - 1, seq, u);
    if (verdict === "gap") this.want(section.channel);
    return verdict === "applied" ? { kind: "map", section, changed: section.changed } : null;
  }

  private snapshot(section: SectionMap, message: Message): Happening | null {
    const verdict = section.replace([message.ep ?? "", message.seq ?? 0], message.d as Snapshot);
    this.syncing.delete(section.channel);
    return verdict === "applied" ? { kind: "map", section, changed: null } : null;
  }

  private want(channel: string): void {
    if (!this.syncing.has(channel)) this.wanted.add(channel);
  }

  /** Channels that need a sync, with the message that asks for it. */
  takeSyncs(): [string, Request][] {
    const channels = [...this.wanted].filter((channel) => this.maps.has(channel));
    this.wanted.clear();
    for (const channel of channels) this.syncing.add(channel);
    return channels.map((ch) => [ch, { t: "sync", d: { ch, after: this.maps.get(ch)?.position ?? NOWHERE } }]);
  }

  /** The sync was answered; a gap that remains asks again. */
  synced(channel: string): void {
    this.syncing.delete(channel);
  }

  /** Remember where the server stands; true when any channel is behind it. */
  told(positions: Record<string, Position>): boolean {
    this.expected = new Map(Object.entries(positions).filter(([channel, at]) => this.behind(channel, at)));
    return this.expected.size > 0;
  }

  /** Ask for what a heartbeat named and what has still not come. */
  catchUp(): void {
    for (const [channel, at] of this.expected) {
      if (!this.behind(channel, at)) continue;
      this.syncing.delete(channel);
      this.want(channel);
    }
    this.expected.clear();
  }

  private behind(channel: string, at: Position): boolean {
    const section = this.maps.get(channel);
    if (!section) return false;
    const known = section.position ?? NOWHERE;
    return known[0] !== at[0] || known[1] < at[1];
  }
}
