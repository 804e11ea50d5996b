/** The client as a package, in `dist/client`: one module, and beside it the way without websockets, which few ever load. */
import { copyFileSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig, type Plugin } from "vite";

const here = import.meta.dirname;
const out = resolve(here, "../../dist/client");

const itsPapers: Plugin = {
  name: "its-papers",
  writeBundle({ dir }) {
    for (const name of ["package.json", "README.md"]) copyFileSync(resolve(here, name), resolve(dir ?? out, name));
  },
};

export default defineConfig({
  root: here,
  plugins: [itsPapers],
  build: {
    outDir: out,
    emptyOutDir: true,
    target: "es2022",
    reportCompressedSize: false,
    rolldownOptions: { output: { minify: true } },
    lib: { entry: { index: resolve(here, "index.ts"), polling: resolve(here, "polling.ts") }, formats: ["es"] },
  },
});
