import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { build } from "vite";
import { WIRE, wireTypes } from "../client/generate";

const client = join(import.meta.dirname, "../client");
const BYTES_MAX = 6 * 1024;
const BUILT_WITHIN_MS = 60_000;

describe("the types of messages", () => {
  it(
    "are those that the published schema makes; `make wire` makes them anew",
    async () => expect(readFileSync(WIRE, "utf8")).toBe(await wireTypes()),
    BUILT_WITHIN_MS,
  );
});

describe("the client as a package", () => {
  const out = mkdtempSync(join(tmpdir(), "holdfast-client-"));

  beforeAll(async () => {
    await build({ configFile: join(client, "vite.config.ts"), logLevel: "error", build: { outDir: out } });
  }, BUILT_WITHIN_MS);
  afterAll(() => rmSync(out, { recursive: true }));

  it("is one small module that loads outside of a browser, and greets a server there", async () => {
    const { Core, Session } = (await import(/* @vite-ignore */ join(out, "index.js"))) as typeof import("../client/index");
    expect(Session).toBeTypeOf("function");
    const core = new Core("token", "test");
    core.connected();
    expect(core.outgoing(0)).toEqual(['{"t":"hello","id":1,"d":{"token":"token","resume":null,"client":"test"}}']);
    expect(gzipSync(readFileSync(join(out, "index.js"))).length).toBeLessThanOrEqual(BYTES_MAX);
  });

  it("leaves the way without websockets to a module of its own", async () => {
    const { PollingSocket } = (await import(/* @vite-ignore */ join(out, "polling.js"))) as typeof import("../client/polling");
    expect(PollingSocket).toBeTypeOf("function");
    expect(readFileSync(join(out, "index.js"), "utf8")).not.toContain("/ticket-keys");
  });

  it("comes with its papers, and the example in them is the one that is compiled", () => {
    const papers = JSON.parse(readFileSync(join(out, "package.json"), "utf8")) as { name: string; dependencies?: object };
    expect([papers.name, papers.dependencies]).toEqual(["@holdfast/client", undefined]);
    const example = readFileSync(join(client, "example.ts"), "utf8").replace('"./index"', '"@holdfast/client"');
    expect(readFileSync(join(out, "README.md"), "utf8")).toContain(example);
  });
});
