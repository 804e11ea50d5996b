/** What those ask who stand in a line, of a waiting room or of a waitlist, over REST. */
import type { Message } from "./frames";
import { part, without, type Body, type RestCall } from "./translation";

/** As `restCall` has it; `keyed` gives a call the key of its request. */
export function lineCall(t: string, body: Body, keyed: (call: RestCall) => RestCall, eventOf: (entry: string) => string): RestCall | null {
  const line = (): string => `/events/${part(body["event"])}/queue`;
  const list = (): string => `/events/${part(body["event"] ?? eventOf(String(body["entry"])))}/waitlist`;
  switch (t) {
    case "queue.join":
      return keyed({ method: "POST", path: line(), body: without(body, "event") });
    case "queue.status":
      return { method: "GET", path: line() };
    case "queue.leave":
      return keyed({ method: "DELETE", path: line() });
    case "queue.challenge":
      return { method: "GET", path: `${line()}/challenge` };
    case "waitlist.join":
      return keyed({ method: "POST", path: list(), body: without(body, "event") });
    case "waitlist.status":
      return { method: "GET", path: list() };
    case "waitlist.accept":
      return keyed({ method: "POST", path: `${list()}/accept`, body: {} });
    case "waitlist.decline":
      return keyed({ method: "POST", path: `${list()}/decline`, body: {} });
    case "waitlist.leave":
      return keyed({ method: "DELETE", path: list() });
    default:
      return null;
  }
}

/** The places that are asked for again and again, and what was told of each last. */
export class Lines {
  private readonly places = new Map<string, string>();
  private readonly entries = new Map<string, string>();

  /** Whose waitlist an entry is on. */
  readonly eventOf = (entry: string): string => this.entries.get(entry) ?? "";

  paths(): string[] {
    return [...this.places.keys()];
  }

  /** Whoever asked how they stand in a line hears of it from then on; whether it was that. */
  follow(t: string, told: { event?: string; entry?: string }): boolean {
    const [kind, act] = t.split(".");
    if ((kind !== "queue" && kind !== "waitlist") || act === "challenge" || !told.event) return false;
    if (told.entry) this.entries.set(told.entry, told.event);
    const path = `/events/${part(told.event)}/${kind}`;
    if (act === "leave" || act === "decline" || act === "accept") this.places.delete(path);
    else this.places.set(path, JSON.stringify({ ...told, as_of: null }));
    return true;
  }

  /** What changed of a place is told as a push would. */
  async news(path: string, reply: Response): Promise<Message | null> {
    const body = (await reply.json()) as Record<string, unknown>;
    const text = JSON.stringify({ ...body, as_of: null });
    if (this.places.get(path) === text) return null;
    this.places.set(path, text);
    const event = path.split("/")[2];
    const queue = path.endsWith("/queue");
    if (!reply.ok) {
      this.places.delete(path);
      return queue ? { t: "queue.ended", d: { event, reason: body } } : null;
    }
    if (queue) return { t: body["pass"] ? "queue.admitted" : "queue.update", d: body };
    return { t: body["status"] === "offered" ? "waitlist.offer" : "waitlist.update", d: body };
  }
}
