/** Makes `wire.ts` from the schema that the server publishes; run by `make wire`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compile } from "json-schema-to-typescript";

const here = import.meta.dirname;
export const WIRE = join(here, "wire.ts");

/** The types as text. */
export function wireTypes(): Promise<string> {
  const schema = JSON.parse(readFileSync(join(here, "wire.schema.json"), "utf8"));
  return compile(schema, "Wire", {
    bannerComment: "/** What travels on the websocket, made from the server's own AsyncAPI by `make wire`. Never edited by hand. */",
    unreachableDefinitions: true,
    style: { printWidth: 120 },
    enableConstEnums: false,
  });
}

if (process.argv[1] === import.meta.filename) writeFileSync(WIRE, await wireTypes());
