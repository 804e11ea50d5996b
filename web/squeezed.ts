/** Scripts and styles lie beside their compressed forms, so that no server spends its first visitors' time on that. */
import { readFileSync, writeFileSync } from "node:fs";
import { extname, resolve } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const SQUEEZED = new Set([".js", ".css", ".svg"]);

export const squeezed: Plugin = {
  name: "squeezed",
  apply: "build",
  writeBundle({ dir = "." }, bundle) {
    for (const name of Object.keys(bundle).filter((each) => SQUEEZED.has(extname(each)))) {
      const path = resolve(dir, name);
      const plain = readFileSync(path);
      writeFileSync(`${path}.br`, brotliCompressSync(plain));
      writeFileSync(`${path}.gz`, gzipSync(plain, { level: 9 }));
    }
  },
};
