/**
 * The client without I/O, as client/core.py has it: requests and replies, positions, gaps, what is sent again and when.
 *
 * Calls wait in a queue; `outgoing` sends as many as the server allows in flight. When the connection is lost,
 * everything in flight goes back to the head of the queue and is sent again under the same keys after the next hello,
 * so that the server answers with the first outcome. The core's own messages go first. Time is an argument.
 */
import { Call, type Happening } from "./calls";
import type { Hello, Message, Position, Problem, Request } from "./frames";
import { mayRepeat } from "./retry";
import { Watching } from "./watching";

export type Phase = "offline" | "greeting" | "ready" | "draining";

const IN_FLIGHT_MAX = 16;
const NO_REASON: Problem = { type: "about:blank", title: "Refused without a reason", status: 500, code: "internal" };

interface Own {
  request: Request;
  channel?: string;
}

export class QueueFull extends Error {}

export class Core {
  phase: Phase = "offline";
  session: string | null = null;
  readonly watching = new Watching();
  private inFlightMax = IN_FLIGHT_MAX;
  private number = 0;
  private queue: Call[] = [];
  private readonly flying = new Map<number, Call>();
  private ownQueue: Own[] = [];
  private readonly ownFlying = new Map<number, Own>();

  constructor(
    public token: string | null,
    private readonly name: string,
    private readonly queueMax = 64,
  ) {}

  get idle(): boolean {
    return this.flying.size === 0 && this.ownFlying.size === 0;
  }

  /** Every call that has no answer yet, in the order of submission. */
  waiting(): Call[] {
    return [...this.flying.values(), ...this.queue];
  }

  /** A connection stands: greet the server first, then resume. */
  connected(): void {
    this.phase = "greeting";
    this.greet();
  }

  /** Say hello, on a new connection or with a new token. */
  greet(): void {
    const resume = this.session ? { session: this.session, positions: this.watching.positions() } : null;
    this.ownQueue.push({ request: { t: "hello", d: { token: this.token, resume, client: this.name } } });
  }

  /** The connection is gone: what was in flight will be sent again, in its order. */
  disconnected(): void {
    this.phase = "offline";
    this.queue.unshift(...this.flying.values());
    this.flying.clear();
    this.ownQueue = [];
    this.ownFlying.clear();
    this.watching.disconnected();
  }

  /** Queue a call. Throws `QueueFull`. */
  submit(call: Call): void {
    if (this.queue.length >= this.queueMax) throw new QueueFull(`${this.queueMax} calls are waiting already`);
    this.queue.push(call);
  }

  /** Queue a ping of the core's own: it keeps the session and finds lost last frames. */
  heartbeat(): void {
    this.ownQueue.push({ request: { t: "ping", d: {} } });
  }

  /** Queue a message of the core's own, such as a changed subscription. */
  say(request: Request): void {
    if (this.phase === "ready") this.ownQueue.push({ request });
  }

  /** Frames to send now, at most as many as the server allows in flight. */
  outgoing(nowMs: number): string[] {
    const frames: string[] = [];
    if (this.phase === "offline") return frames;
    for (const [channel, request] of this.watching.takeSyncs()) this.ownQueue.push({ request, channel });
    let room = this.inFlightMax - this.flying.size - this.ownFlying.size;
    for (; room > 0 && this.ownQueue.length > 0; room -= 1) frames.push(this.sendOwn());
    while (room > 0 && this.queue.length > 0 && this.phase === "ready") {
      const call = this.queue.shift() as Call;
      if (call.abandoned) continue;
      frames.push(this.send(call, nowMs));
      room -= 1;
    }
    return frames;
  }

  private sendOwn(): string {
    const own = this.ownQueue.shift() as Own;
    this.number += 1;
    this.ownFlying.set(this.number, own);
    return JSON.stringify({ t: own.request.t, id: this.number, d: own.request.d });
  }

  private send(call: Call, nowMs: number): string {
    this.number += 1;
    this.flying.set(this.number, call);
    return JSON.stringify(call.message(this.number, nowMs));
  }

  /** What a frame means, in order. Throws `SyntaxError` for what is no JSON. */
  receive(frame: string): Happening[] {
    const parsed = JSON.parse(frame) as Message | Message[];
    const messages = Array.isArray(parsed) ? parsed : [parsed];
    return messages.map((message) => this.heard(message)).filter((each) => each !== null);
  }

  private heard(message: Message): Happening | null {
    if (message.t === undefined) return this.reply(message);
    if (message.t !== "draining") return this.watching.news(message);
    this.phase = "draining";
    const { reconnect_after_ms } = message.d as { reconnect_after_ms: number };
    return { kind: "draining", reconnectAfterMs: reconnect_after_ms };
  }

  private reply(message: Message): Happening | null {
    const number = message.re ?? -1;
    const call = this.flying.get(number);
    if (call) {
      this.flying.delete(number);
      if (message.ok) return { kind: "answered", call, body: message.d };
      const problem = message.e ?? NO_REASON;
      return { kind: "denied", call, problem, repeatable: mayRepeat(problem) };
    }
    const own = this.ownFlying.get(number);
    this.ownFlying.delete(number);
    return own ? this.ownReply(own, message) : null;
  }

  private ownReply(own: Own, message: Message): Happening | null {
    if (own.request.t === "hello") return this.greeted(message);
    if (own.channel !== undefined) this.watching.synced(own.channel);
    if (own.request.t !== "ping" || !message.ok) return null;
    const { now, positions } = message.d as { now: string; positions: Record<string, Position> };
    return { kind: this.watching.told(positions) ? "lagging" : "beat", now };
  }

  private greeted(message: Message): Happening {
    if (!message.ok) return { kind: "hello-refused", problem: message.e ?? NO_REASON };
    const reply = message.d as Hello;
    const first = this.phase !== "ready";
    this.phase = "ready";
    this.session = reply.session;
    this.inFlightMax = Math.max(1, reply.limits.in_flight_max ?? IN_FLIGHT_MAX);
    if (first) for (const request of this.watching.again()) this.ownQueue.push({ request });
    return { kind: "greeted", reply };
  }
}
