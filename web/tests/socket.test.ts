import { describe, expect, it } from "vitest";
import { Refusal } from "../client/errors";
import { mayReconnect, mayRepeat, waitMs } from "../client/retry";
import { Session, type Socket, type Surroundings } from "../client/socket";

/** Time that tests turn, and sockets that they are the other end of. */
class Around implements Surroundings {
  time = 0;
  timers: { at: number; action: () => void }[] = [];
  sockets: FakeSocket[] = [];
  renewed = 0;
  random = (): number => 0.5;
  now = (): number => this.time;
  token = (renew: boolean): Promise<string> => {
    if (renew) this.renewed += 1;
    return Promise.resolve(`token-${this.renewed}`);
  };
  open(): Socket {
    const socket = new FakeSocket();
    this.sockets.push(socket);
    return socket;
  }
  later(ms: number, action: () => void): () => void {
    const timer = { at: this.time + ms, action };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((each) => each !== timer);
    };
  }
  turn(ms: number): void {
    const until = this.time + ms;
    for (;;) {
      const next = this.timers.filter((each) => each.at <= until).sort((one, other) => one.at - other.at)[0];
      if (!next) break;
      this.time = next.at;
      this.timers = this.timers.filter((each) => each !== next);
      next.action();
    }
    this.time = until;
  }
  get socket(): FakeSocket {
    return this.sockets.at(-1) as FakeSocket;
  }
}

class FakeSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  sent: { t: string; id: number; idem?: string }[] = [];
  closed = false;
  send(frame: string): void {
    this.sent.push(JSON.parse(frame) as { t: string; id: number });
  }
  close(): void {
    this.closed = true;
  }
  say(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  answer(t: string, body: object): void {
    const asked = this.sent.findLast((each) => each.t === t);
    this.say({ re: asked?.id, ok: true, d: body });
  }
  refuse(t: string, problem: object): void {
    const asked = this.sent.findLast((each) => each.t === t);
    this.say({ re: asked?.id, ok: false, e: { type: "", title: "", ...problem } });
  }
  greet(): void {
    this.onopen?.();
    this.answer("hello", { session: "ses_1", principal: "usr_1", heartbeat_ms: 25_000, limits: { in_flight_max: 16 } });
  }
}

async function live(): Promise<{ around: Around; session: Session }> {
  const around = new Around();
  const session = new Session(around, "test", () => 0);
  await session.start();
  around.socket.greet();
  return { around, session };
}

const HOLD = { t: "hold.create", d: { event: "evt_1" }, idem: "k" };

describe("a session", () => {
  it("opens its socket while it asks whose it is, and greets when it has both", async () => {
    const around = new Around();
    let tell = (_token: string): void => {};
    around.token = () => new Promise((resolve) => void (tell = resolve));
    const session = new Session(around, "test");
    const started = session.start();
    around.socket.onopen?.();
    expect(around.socket.sent).toEqual([]);
    tell("token-7");
    await started;
    expect(around.socket.sent.map((each) => each.t)).toEqual(["hello"]);
    expect(session.core.token).toBe("token-7");
  });

  it("says nothing more after its end, also when it learns only then whose it is", async () => {
    const around = new Around();
    const session = new Session(around, "test");
    const started = session.start();
    around.socket.onopen?.();
    session.stop();
    await started;
    expect([around.socket.closed, around.socket.sent]).toEqual([true, []]);
  });

  it("asks whose it is anew when the network was away for that", async () => {
    const around = new Around();
    const { token } = around;
    around.token = () => Promise.reject(new TypeError("Failed to fetch"));
    const session = new Session(around, "test");
    await session.start();
    expect(session.state.name).toBe("reconnecting");
    around.token = token;
    around.turn(1_000);
    around.socket.onopen?.();
    await expect.poll(() => around.socket.sent.map((each) => each.t)).toEqual(["hello"]);
  });

  it("sends a command again under its key after a cut, and gets its one answer", async () => {
    const { around, session } = await live();
    const answer = session.call(HOLD, 20_000);
    around.socket.onclose?.({ code: 1006 });
    expect(session.state.name).toBe("reconnecting");
    around.turn(1_000);
    around.socket.greet();
    expect(around.socket.sent.filter((each) => each.idem === "k")).toHaveLength(1);
    around.socket.answer("hold.create", { hold: "hld_1" });
    await expect(answer).resolves.toEqual({ hold: "hld_1" });
    expect(session.state.name).toBe("live");
  });

  it("repeats what may fare better until its time is over, and then says that the outcome is unknown", async () => {
    const { around, session } = await live();
    const answer = session.call(HOLD, 5_000);
    around.socket.refuse("hold.create", { code: "section_recovering", status: 503, retryable: true, retry_after_ms: 200 });
    around.turn(400);
    expect(around.socket.sent.filter((each) => each.idem === "k")).toHaveLength(2);
    around.turn(5_000);
    await expect(answer).rejects.toMatchObject({ problem: { code: "outcome_unknown" } });
  });

  it("hands a refusal by the sale on at once", async () => {
    const { around, session } = await live();
    const answer = session.call(HOLD, 5_000);
    around.socket.refuse("hold.create", { code: "seat_taken", status: 409 });
    await expect(answer).rejects.toBeInstanceOf(Refusal);
  });

  it("calls its news old after five seconds of silence, and gives the connection up after twelve", async () => {
    const { around, session } = await live();
    around.socket.answer("ping", { now: "1970-01-01T00:00:00.000Z", positions: {} });
    around.turn(10_000);
    expect(session.state.name).toBe("live");
    around.turn(5_001);
    expect(session.state.name).toBe("stale");
    around.socket.answer("ping", { now: "1970-01-01T00:00:15.000Z", positions: {} });
    expect(session.state.name).toBe("live");
    const before = around.sockets.length;
    around.turn(40_000);
    expect(around.sockets.length).toBeGreaterThan(before);
  });

  it.each([[4400, false], [4401, false], [4403, false], [4406, false], [4408, true], [4429, true], [4430, true], [4503, true], [1006, true]])(
    "comes back after close code %i: %s", async (code, again) => {
      const { around, session } = await live();
      const waiting = session.call(HOLD, 60_000);
      around.socket.onclose?.({ code });
      around.turn(10_000);
      expect(around.sockets.length > 1).toBe(again);
      expect(mayReconnect(code)).toBe(again);
      if (again) return session.stop(), expect(waiting).rejects.toBeInstanceOf(Refusal);
      expect(session.state).toEqual({ name: "stopped", code });
      return expect(waiting).rejects.toMatchObject({ problem: { code: "draining" } });
    },
  ); // prettier-ignore

  it("gets a new token when its own has expired, and goes on with the command", async () => {
    const { around, session } = await live();
    const answer = session.call(HOLD, 20_000);
    around.socket.refuse("hold.create", { code: "token_expired", status: 401 });
    await Promise.resolve();
    await Promise.resolve();
    around.turn(1_000);
    around.socket.greet();
    expect(around.renewed).toBe(1);
    around.socket.answer("hold.create", { hold: "hld_1" });
    await expect(answer).resolves.toEqual({ hold: "hld_1" });
  });

  it("moves on when the server drains, not all at the same instant", async () => {
    const { around, session } = await live();
    around.socket.answer("ping", { now: "1970-01-01T00:00:00.000Z", positions: {} });
    around.socket.say({ t: "draining", d: { reconnect_after_ms: 2_000 } });
    expect(session.state.name).toBe("draining");
    around.turn(1_999);
    expect(around.sockets).toHaveLength(1);
    around.turn(2_000);
    expect(around.sockets).toHaveLength(2);
  });
});

describe("when to try again", () => {
  it("honours what the server asks for, and adds full jitter up to a limit", () => {
    expect(waitMs(0, 100, 1_000, 300, () => 0)).toBe(300);
    expect(waitMs(9, 100, 1_000, undefined, () => 1)).toBe(1_000);
  });

  it("repeats what passes by itself, and no outcome of the sale", () => {
    const problem = (code: string, status: number): boolean => mayRepeat({ type: "", title: "", code, status, retryable: true });
    expect(problem("storage_unavailable", 503)).toBe(true);
    expect(problem("rate_limited", 429)).toBe(true);
    expect(problem("idempotency_in_progress", 409)).toBe(true);
    expect(problem("sale_paused", 423)).toBe(false);
  });
});
