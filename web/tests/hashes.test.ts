import { createHash, createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { solve } from "../buyer/altcha";
import { drawnPosition, type Draw } from "../buyer/draw";
import { fromHex, hmac, sha256, toHex } from "../buyer/sha256";
import { seeded } from "./houses";

const text = new TextEncoder();

describe("SHA-256", () => {
  it("is that of the standard, at every length around its blocks", () => {
    const random = seeded(1);
    for (let length = 0; length < 200; length += 1) {
      const data = Uint8Array.from({ length }, () => Math.floor(random() * 256));
      expect(toHex(sha256(data))).toBe(createHash("sha256").update(data).digest("hex"));
      expect(toHex(hmac(data, data))).toBe(createHmac("sha256", data).update(data).digest("hex"));
    }
  });
});

describe("the challenge of a waiting room", () => {
  it("is solved by a hash that begins as asked", () => {
    const parameters = { algorithm: "SHA-256", cost: 3, keyLength: 32, keyPrefix: "0", nonce: "aabb", salt: "ccdd" };
    const { solution } = JSON.parse(atob(solve({ parameters, signature: "s" }))) as { solution: { counter: number; derivedKey: string } };
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(solution.counter);
    let data = Buffer.concat([Buffer.from("ccddaabb", "hex"), counter]);
    for (let round = 0; round < 3; round += 1) data = createHash("sha256").update(data).digest();
    expect(data.toString("hex")).toBe(solution.derivedKey);
    expect(solution.derivedKey.startsWith("0")).toBe(true);
  });
});

describe("a draw", () => {
  const seed = "11".repeat(32);
  const tickets = ["que_a", "que_b", "que_c", "que_d"];
  const list = createHash("sha256").update(tickets.map((each) => `${each}\n`).join("")).digest();
  const key = (ticket: string): string =>
    createHmac("sha256", fromHex(seed)).update(Buffer.concat([list, text.encode(ticket)])).digest("hex");
  const order = [...tickets].sort((one, other) => (key(one) < key(other) ? -1 : 1));
  const draw: Draw = {
    seed,
    seed_hash: createHash("sha256").update(fromHex(seed)).digest("hex"),
    list_hash: list.toString("hex"),
    size: 4,
    tickets: tickets.map((each) => [each, order.indexOf(each) + 1]),
    next: null,
  };

  it("gives each ticket the position that the seed puts it in", () => {
    for (const ticket of tickets) expect(drawnPosition(draw, ticket)).toBe(order.indexOf(ticket) + 1);
  });

  it("does not hold with another seed, another list or another position", () => {
    expect(drawnPosition({ ...draw, seed: "12".repeat(32) }, "que_a")).toBeNull();
    expect(drawnPosition({ ...draw, tickets: draw.tickets.slice(1) }, "que_b")).toBeNull();
    const moved = draw.tickets.map(([each, at]): [string, number] => [each, (at % 4) + 1]);
    expect(drawnPosition({ ...draw, tickets: moved }, "que_a")).toBeNull();
    expect(drawnPosition(draw, "que_x")).toBeNull();
  });
});
