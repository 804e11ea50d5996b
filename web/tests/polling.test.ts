import { describe, expect, it } from "vitest";
import { LateSocket } from "../client/late";
import { BEAT_MS, PollingSocket } from "../client/polling";
import { SectionMap } from "../client/seatmap";
import { Session, type Socket, type State, type Surroundings } from "../client/socket";
import { restCall } from "../client/translation";

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** A network that closes every websocket, a gateway that answers calls, and time that tests turn. */
class Network implements Surroundings {
  time = 0;
  websockets = 0;
  away = false;
  letsThrough = false;
  fetchable = true;
  seq = 1;
  packed = "EAAA";
  asked: { path: string; method: string; key: string | null }[] = [];
  private timers: { at: number; action: () => void }[] = [];
  random = (): number => 0.5;
  now = (): number => this.time;
  token = (): Promise<string> => Promise.resolve("token");

  open(): Socket {
    this.websockets += 1;
    const socket: Socket = { onopen: null, onmessage: null, onclose: null, send: () => {}, close: () => {} };
    if (!this.letsThrough) queueMicrotask(() => socket.onclose?.({ code: 1006 }));
    else queueMicrotask(() => socket.onopen?.());
    socket.send = (frame) => {
      const { id } = JSON.parse(frame) as { id: number };
      const d = { now: "1970-01-01T00:00:00Z", positions: {}, session: "ses_1", principal: null, heartbeat_ms: 1, limits: { in_flight_max: 4 } };
      queueMicrotask(() => socket.onmessage?.({ data: JSON.stringify({ re: id, ok: true, d }) }));
    };
    return socket;
  }

  poll = (): Socket =>
    new LateSocket(
      this.fetchable
        ? Promise.resolve(new PollingSocket((path, init) => this.rest(path, init), (ms, action) => this.later(ms, action), () => 0))
        : Promise.reject(new TypeError("no such script")),
    );

  private rest(path: string, init?: RequestInit): Promise<Response> {
    if (this.away) return Promise.reject(new TypeError("no network"));
    this.asked.push({ path, method: init?.method ?? "GET", key: new Headers(init?.headers).get("Idempotency-Key") });
    if (path.endsWith("/seats")) {
      const hall = { ep: "h", seq: this.seq, status: this.packed, areas: {}, free: 3, held: 1, sold: 0 };
      return Promise.resolve(Response.json({ event: "evt_1", sections: { HALL: hall } }));
    }
    return Promise.resolve(Response.json({ hold: "hld_1", items: [] }, { status: path === "/holds" ? 201 : 200 }));
  }

  later(ms: number, action: () => void): () => void {
    const timer = { at: this.time + ms, action };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((each) => each !== timer);
    };
  }

  async turn(ms: number): Promise<void> {
    const until = this.time + ms;
    for (;;) {
      await settled();
      const next = this.timers.filter((each) => each.at <= until).sort((one, other) => one.at - other.at)[0];
      if (!next) break;
      this.time = next.at;
      this.timers = this.timers.filter((each) => each !== next);
      next.action();
    }
    this.time = until;
  }
}

async function started(): Promise<{ network: Network; session: Session; states: State[]; hall: SectionMap }> {
  const network = new Network();
  const session = new Session(network, "test", () => 0);
  const states: State[] = [];
  session.onState = (state) => states.push(state);
  const hall = new SectionMap("evt_1/HALL", new Uint8Array(4), (label) => Number(label));
  session.core.watching.add({ event: "evt_1", detail: "seats", sections: ["HALL"] }, [hall]);
  session.core.watching.add({ event: "evt_1", detail: "counts" });
  await session.start();
  await network.turn(3_000);
  return { network, session, states, hall };
}

describe("where no websocket gets through", () => {
  it("asks instead after three tries, says so, and shows the seats", async () => {
    const { network, states, hall } = await started();
    expect(network.websockets).toBe(3);
    expect(states.at(-1)).toEqual({ name: "live", polling: true });
    expect([...hall.statuses]).toEqual([0, 1, 0, 0]);
    network.seq = 2;
    network.packed = "EgAA";
    await network.turn(BEAT_MS);
    expect([...hall.statuses]).toEqual([2, 1, 0, 0]);
  });

  it("sends commands under their keys, once more after the network was away", async () => {
    const { network, session } = await started();
    const wish = { t: "hold.create", d: { event: "evt_1", seats: ["HALL-A-1"] }, idem: "k" };
    expect(await session.call(wish, 20_000)).toMatchObject({ hold: "hld_1" });
    network.away = true;
    const later = session.call({ ...wish, idem: "k2" }, 60_000);
    await network.turn(1_000);
    expect(session.state.name).toBe("reconnecting");
    network.away = false;
    await network.turn(20_000);
    expect(await later).toMatchObject({ hold: "hld_1" });
    expect(network.asked.filter((each) => each.path === "/holds").map((each) => each.key)).toEqual(["k", "k2"]);
  });

  it("tries again where what asks could not be fetched", async () => {
    const network = new Network();
    network.fetchable = false;
    const session = new Session(network, "test", () => 0);
    await session.start();
    await network.turn(3_000);
    expect(session.state.name).toBe("reconnecting");
    network.fetchable = true;
    await network.turn(20_000);
    expect(session.state).toEqual({ name: "live", polling: true });
  });

  it("goes back to websockets once they get through", async () => {
    const { network, session } = await started();
    network.letsThrough = true;
    await network.turn(130_000);
    expect(session.state).toEqual({ name: "live" });
  });
});

describe("a request over REST", () => {
  it("is the same thing under the same key", () => {
    const release = { t: "hold.release", d: { hold: "hld_1", seats: ["A-1", "A-2"] }, idem: "k" };
    expect(restCall(release, () => "")).toEqual({ method: "DELETE", path: "/holds/hld_1?seats=A-1,A-2", key: "k" });
    const accept = { t: "waitlist.accept", d: { entry: "wtl_1" }, idem: "k" };
    expect(restCall(accept, () => "evt_9")).toEqual({ method: "POST", path: "/events/evt_9/waitlist/accept", body: {}, key: "k" });
    expect(restCall({ t: "nonsense", d: {} }, () => "")).toBeNull();
  });
});
