/** Keeps a core connected: opens sockets, resumes after their loss, repeats calls in time. */
import { Alarms } from "./alarms";
import type { Socket, State, Surroundings } from "./around";
import { Call, type Happening } from "./calls";
import { Core, QueueFull } from "./core";
import { OUTCOME_UNKNOWN, Refusal, STOPPED, TOO_MANY } from "./errors";
import type { Problem, Request } from "./frames";
import {
  BACKOFF_BASE_MS, BACKOFF_CAP_MS, CATCH_UP_MS, CONNECT_MS, PING_MS, RETRY_BASE_MS, RETRY_CAP_MS, SILENT_MS, STALE_MS, UNGREETED_MAX,
  UPGRADE_MS,
} from "./pace"; // prettier-ignore
import { mayReconnect, mayRepeat, waitMs } from "./retry";

export type { Socket, State, Surroundings } from "./around";
export const SUBPROTOCOL = "holdfast.v1.json";

export class Session {
  readonly core: Core;
  state: State = { name: "connecting" };
  /** Server time less ours, in milliseconds. */
  skewMs = 0;
  onState: (state: State) => void = () => {};
  onHappening: (happening: Happening) => void = () => {};
  private socket: Socket | null = null;
  private attempt = 0;
  private askedMs: number | undefined;
  private heardMs = 0;
  private renewing = false;
  private stopped = false;
  private ungreeted = 0;
  private polling = false;
  private opened = false;
  /** Whether the token was asked for with success; a session may well have none. */
  private named = false;
  private naming: Promise<void> | null = null;
  private readonly alarms: Alarms;

  constructor(
    private readonly around: Surroundings,
    name: string,
    private readonly wallNow: () => number = Date.now,
  ) {
    this.core = new Core(null, name);
    this.alarms = new Alarms((ms, action) => around.later(ms, action));
  }

  /** Connect, and learn meanwhile whose session this is. */
  async start(): Promise<void> {
    this.connect();
    await this.naming;
  }

  /** End for good: nothing reconnects, and what waits is refused. */
  stop(code = 1000): void {
    this.stopped = true;
    this.alarms.disarmAll();
    this.socket?.close();
    this.socket = null;
    this.opened = false;
    for (const call of this.core.waiting()) this.settle(call, STOPPED);
    this.become({ name: "stopped", code });
  }

  /** The network is back, or the page is looked at again: do not wait any longer. */
  hurry(): void {
    if (this.state.name !== "reconnecting") return;
    this.alarms.disarm("connect");
    this.connect();
  }

  /** Send a request and wait for its one answer. Throws `Refusal`. */
  call<T>(request: Request, withinMs: number): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const call = new Call(request, this.around.now() + withinMs);
      const forget = this.around.later(withinMs, () => {
        call.abandoned = true;
        this.settle(call, OUTCOME_UNKNOWN);
      });
      call.done = (outcome) => {
        forget();
        if ("body" in outcome) resolve(outcome.body as T);
        else reject(new Refusal(outcome.problem));
      };
      this.submit(call);
    });
  }

  /** Say something that needs no answer, such as a changed subscription. */
  say(request: Request): void {
    this.core.say(request);
    this.flush();
  }

  private submit(call: Call): void {
    if (this.stopped) return this.settle(call, STOPPED);
    try {
      this.core.submit(call);
    } catch (error) {
      if (!(error instanceof QueueFull)) throw error;
      return this.settle(call, TOO_MANY);
    }
    this.flush();
  }

  private settle(call: Call, problem: Problem): void {
    call.done({ problem });
  }

  private connect(): void {
    if (this.stopped) return;
    this.polling = this.around.poll !== undefined && this.ungreeted >= UNGREETED_MAX;
    const socket = this.polling && this.around.poll ? this.around.poll() : this.around.open();
    this.socket = socket;
    this.alarms.arm("silent", CONNECT_MS, () => this.drop());
    socket.onopen = () => {
      this.opened = true;
      this.heard();
      this.greet();
    };
    socket.onmessage = (event) => this.received(event.data);
    socket.onclose = (event) => {
      if (this.socket === socket) this.lost(event.code);
    };
    if (!this.named) this.naming ??= this.learnName();
  }

  /** Whoever cannot be told whose session it is has no network: the next try asks again. */
  private async learnName(): Promise<void> {
    try {
      this.core.token = await this.around.token(false);
      this.named = true;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.drop();
    } finally {
      this.naming = null;
    }
    this.greet();
  }

  /** As soon as there are both, a socket that is open and a name to give. */
  private greet(): void {
    if (!this.opened || !this.named || this.core.phase !== "offline") return;
    this.core.connected();
    this.flush();
  }

  /** Cut the connection: some browsers take long to say that a socket has closed. */
  drop(): void {
    const socket = this.socket;
    if (!socket) return;
    socket.onclose = null;
    socket.close();
    this.lost(1006);
  }

  private lost(code: number): void {
    this.socket = null;
    this.opened = false;
    for (const name of ["silent", "stale", "ping", "catch-up", "upgrade"]) this.alarms.disarm(name);
    // Whoever cannot be asked without a websocket either is away: the next try is a websocket again.
    if (this.core.phase !== "ready") this.ungreeted = this.polling ? UNGREETED_MAX - 1 : this.ungreeted + 1;
    this.core.disconnected();
    if (!mayReconnect(code)) return this.stop(code);
    const pauseMs = waitMs(this.attempt, BACKOFF_BASE_MS, BACKOFF_CAP_MS, this.askedMs, this.around.random);
    this.attempt += 1;
    this.askedMs = undefined;
    this.alarms.arm("connect", pauseMs, () => this.connect());
    // A move that the server asked for is no fault; only where it does not succeed at once it is told as one.
    if (this.state.name === "draining" && this.attempt === 1) return;
    this.become({ name: "reconnecting", retryAtMs: this.around.now() + pauseMs, attempt: this.attempt });
  }

  private received(frame: string): void {
    this.heard();
    let happenings: Happening[];
    try {
      happenings = this.core.receive(frame);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return this.drop();
    }
    for (const happening of happenings) this.happened(happening);
    this.flush();
    if (this.core.phase === "draining" && this.core.idle) this.drop();
  }

  private happened(happening: Happening): void {
    switch (happening.kind) {
      case "answered":
        happening.call.done({ body: happening.body });
        break;
      case "denied":
        this.denied(happening.call, happening.problem, happening.repeatable);
        break;
      case "greeted":
        this.greeted();
        break;
      case "hello-refused":
        this.refused(happening.problem);
        break;
      case "draining":
        this.askedMs = happening.reconnectAfterMs * (0.5 + this.around.random());
        this.become({ name: "draining" });
        break;
      case "lagging":
      case "beat":
        this.skewMs = Date.parse(happening.now) - this.wallNow();
        if (happening.kind === "lagging") this.alarms.arm("catch-up", CATCH_UP_MS, () => this.catchUp());
        break;
    }
    this.onHappening(happening);
  }

  private greeted(): void {
    this.attempt = 0;
    this.renewing = false;
    this.core.heartbeat();
    this.alarms.arm("ping", PING_MS, () => this.ping());
    if (this.polling) this.alarms.arm("upgrade", UPGRADE_MS, () => this.upgrade());
    else this.ungreeted = 0;
    this.becomeLive();
  }

  /** Try a websocket again; one that does not carry leads back at once. */
  private upgrade(): void {
    this.ungreeted = UNGREETED_MAX - 1;
    this.drop();
  }

  private becomeLive(): void {
    this.become(this.polling ? { name: "live", polling: true } : { name: "live" });
  }

  private refused(problem: Problem): void {
    this.askedMs = problem.retry_after_ms;
    if (problem.code === "token_expired" || problem.code === "token_invalid") void this.renew();
    else if (mayRepeat(problem)) this.drop();
    else this.stop(4401);
  }

  /** A new token, once; a second refusal in a row is final. */
  private async renew(): Promise<void> {
    if (this.renewing) return this.stop(4401);
    this.renewing = true;
    this.core.token = await this.around.token(true);
    this.core.session = null;
    this.drop();
  }

  /** Fail the call, or repeat it when the wait for that ends before its deadline. */
  private denied(call: Call, problem: Problem, repeatable: boolean): void {
    if (problem.code === "token_expired") {
      this.submit(call);
      void this.renew();
      return;
    }
    const asked = problem.retry_after_ms;
    const pauseMs = waitMs(call.attempts - 1, RETRY_BASE_MS, RETRY_CAP_MS, asked, this.around.random);
    if (!repeatable || this.around.now() + pauseMs >= call.deadlineMs) return this.settle(call, problem);
    this.around.later(pauseMs, () => {
      if (!call.abandoned) this.submit(call);
    });
  }

  private flush(): void {
    if (!this.socket) return;
    for (const frame of this.core.outgoing(this.around.now())) this.socket.send(frame);
    if (!this.core.idle && !this.alarms.has("silent")) {
      this.alarms.arm("stale", STALE_MS, () => this.become({ name: "stale", sinceMs: this.heardMs }));
      this.alarms.arm("silent", SILENT_MS, () => this.drop());
    }
  }

  private heard(): void {
    this.heardMs = this.around.now();
    this.alarms.disarm("silent");
    this.alarms.disarm("stale");
    if (this.state.name === "stale") this.becomeLive();
  }

  private ping(): void {
    this.core.heartbeat();
    this.alarms.arm("ping", PING_MS, () => this.ping());
    this.flush();
  }

  private catchUp(): void {
    this.core.watching.catchUp();
    this.flush();
  }

  private become(state: State): void {
    this.state = state;
    this.onState(state);
  }
}
