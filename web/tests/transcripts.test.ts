import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Call, type Happening } from "../client/calls";
import { Core } from "../client/core";
import { SectionMap } from "../client/seatmap";

const folder = join(import.meta.dirname, "../../tests/transcripts");

interface Step {
  about?: string;
  do?: string;
  event: string;
  section: string;
  seats?: string[] | string;
  t: string;
  idem: string;
  d: object;
  within_s: number;
  now_s?: number;
  in?: object;
  out?: object[];
  say?: string[];
}

/** A message without fields that have nothing to say, which languages write or leave out as they like. */
function bare(value: unknown): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  const kept = Object.entries(value).map(([name, each]) => [name, bare(each)] as const);
  const empty = (each: unknown): boolean =>
    each === null || each === false || (typeof each === "object" && Object.keys(each as object).length === 0);
  return Object.fromEntries(kept.filter(([, each]) => !empty(each)));
}

function said(happening: Happening): string {
  if (happening.kind === "denied") return happening.repeatable ? "denied to repeat" : "denied";
  return happening.kind;
}

class Played {
  readonly core = new Core("token", "test", 8);
  nowMs = 0;
  map: SectionMap | null = null;

  do(step: Step): void {
    if (step.do === "connect") this.core.connected();
    else if (step.do === "lose") this.core.disconnected();
    else if (step.do === "beat") this.core.heartbeat();
    else if (step.do === "catch-up") this.core.watching.catchUp();
    else if (step.do === "watch") this.watch(step);
    else if (step.do === "submit")
      this.core.submit(new Call({ t: step.t, d: step.d, idem: step.idem }, this.nowMs + step.within_s * 1000));
    else throw new Error(step.do);
  }

  watch(step: Step): void {
    const labels = step.seats as string[];
    const ordinalOf = (label: string): number | undefined => {
      const at = labels.indexOf(label);
      return at < 0 ? undefined : at;
    };
    this.map = new SectionMap(`${step.event}/${step.section}`, new Uint8Array(labels.length), ordinalOf);
    this.core.watching.add({ event: step.event, detail: "seats" }, [this.map]);
  }
}

describe("transcripts, as tests/unit/test_client_transcripts.py plays them to the Python client", () => {
  for (const name of readdirSync(folder).sort()) {
    const steps = readFileSync(join(folder, name), "utf-8").trim().split("\n").map((line) => JSON.parse(line) as Step);
    it(`${name}: ${steps[0]?.about}`, () => {
      const played = new Played();
      for (const step of steps) {
        if (step.now_s !== undefined) played.nowMs = step.now_s * 1000;
        if (step.do) played.do(step);
        if (step.out) expect(played.core.outgoing(played.nowMs).map((each) => bare(JSON.parse(each)))).toEqual(step.out.map(bare));
        if (!step.in) continue;
        expect(played.core.receive(JSON.stringify(step.in)).map(said)).toEqual(step.say);
        if (step.seats) expect([...(played.map as SectionMap).statuses].map((each) => "fhsb"[each]).join("")).toBe(step.seats);
      }
    });
  }
});
