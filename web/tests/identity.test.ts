import { describe, expect, it } from "vitest";
import { Identity, type Keeping, type Tokens } from "../client/identity";

const tokens = (number: number): Tokens => ({
  kind: "tokens", access_token: `access-${number}`, refresh_token: `refresh-${number}`, expires_in: 600, session: "lgn_1", account: "usr_1",
}); // prettier-ignore

/** Two tabs of one browser, a server that gives each refresh token one successor, and a clock. */
class Tabs implements Keeping {
  time = 0;
  asked: string[] = [];
  answer: (path: string, body: string) => Response = (path) =>
    path.endsWith("guest") ? Response.json({ token: "guest-1" }) : Response.json(tokens(this.asked.length + 1));
  private readonly handed = new Map<string, string>();
  private readonly kept = new Map<string, string>();
  private queue: Promise<unknown> = Promise.resolve();
  storage = {
    getItem: (key: string) => this.kept.get(key) ?? null,
    setItem: (key: string, value: string) => void this.kept.set(key, value),
    removeItem: (key: string) => void this.kept.delete(key),
  };
  tab = {
    getItem: (key: string) => this.handed.get(key) ?? null,
    setItem: (key: string, value: string) => void this.handed.set(key, value),
    removeItem: (key: string) => void this.handed.delete(key),
  };
  now = (): number => this.time;
  fetch(path: string, init?: RequestInit): Promise<Response> {
    this.asked.push(path);
    return Promise.resolve(this.answer(path, String(init?.body ?? "")));
  }
  alone<T>(task: () => Promise<T>): Promise<T> {
    const done = this.queue.then(task);
    this.queue = done.catch(() => null);
    return done;
  }
}

describe("an identity", () => {
  it("is a guest's, the same one, until somebody signs in", async () => {
    const tabs = new Tabs();
    const one = new Identity(tabs);
    expect(await one.token(false)).toBe("guest-1");
    expect(await new Identity(tabs).token(false)).toBe("guest-1");
    expect(tabs.asked).toEqual(["/v1/auth/guest"]);
    one.keep(tokens(1));
    expect(await new Identity(tabs).token(false)).toBe("access-1");
    one.forget();
    expect(await one.token(false)).toBe("guest-1");
  });

  it("is in one tab the guest that it was handed, until that one's time is over or somebody signs in", async () => {
    const tabs = new Tabs();
    const one = new Identity(tabs);
    expect(await one.token(false)).toBe("guest-1");
    tabs.answer = () => Response.json({ token: "handed" });
    await one.takeOver("code");
    expect([one.guest, await one.token(false)]).toEqual(["handed", "handed"]);
    one.keep(tokens(1));
    expect(await one.token(false)).toBe("access-1");
    one.forget();
    await one.takeOver("code");
    tabs.answer = () => Response.json({ token: "guest-2" });
    expect(await one.token(true)).toBe("guest-2");
    tabs.answer = () => new Response("{}", { status: 401 });
    await one.takeOver("old code");
    expect(await one.token(false)).toBe("guest-2");
  });

  it("brings a refresh token once, however many tabs need another", async () => {
    const tabs = new Tabs();
    const [one, other] = [new Identity(tabs), new Identity(tabs)];
    one.keep(tokens(1));
    tabs.time = 590_000;
    expect(await Promise.all([one.token(false), other.token(false)])).toEqual(["access-2", "access-2"]);
    expect(tabs.asked).toEqual(["/v1/auth/refresh"]);
  });

  it("is a guest's again where the session was ended, and stays signed in where the server is only away", async () => {
    const tabs = new Tabs();
    const one = new Identity(tabs);
    one.keep(tokens(1));
    tabs.answer = () => new Response("{}", { status: 503 });
    expect(await one.token(true)).toBe("access-1");
    tabs.answer = (path) => (path.endsWith("guest") ? Response.json({ token: "guest-1" }) : new Response("{}", { status: 401 }));
    expect(await one.token(true)).toBe("guest-1");
    expect(one.signedIn).toBe(false);
  });
});
