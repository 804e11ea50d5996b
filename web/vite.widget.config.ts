/** The widget as one script: all of it in a function that each element runs anew, and the element around it. */
import { resolve } from "node:path";
import { rolldown } from "rolldown";
import { defineConfig, type Plugin } from "vite";
import { squeezed } from "./squeezed";

const here = import.meta.dirname;
const NAME = "holdfastWidget";

const aroundEachElement: Plugin = {
  name: "around-each-element",
  async generateBundle(_options, bundle) {
    const around = await rolldown({ input: resolve(here, "widget/element.ts") });
    const { output } = await around.generate({ format: "iife", minify: true });
    const element = output[0].code;
    for (const chunk of Object.values(bundle))
      if (chunk.type === "chunk")
        chunk.code = `(()=>{function holdfastRun(holdfastSite){${chunk.code}\nreturn ${NAME}.mount()}\n${element}})();\n`;
  },
};

export default defineConfig({
  root: here,
  // The widget takes the texts of the hall alone: nobody queues, pays or waits in it.
  resolve: {
    alias: [
      { find: "./messages/en", replacement: resolve(here, "ui/messages/hall/en.ts") },
      { find: "./messages/fetched", replacement: resolve(here, "widget/languages.ts") },
      { find: "./lines", replacement: resolve(here, "widget/lines.ts") },
      { find: "./fallback", replacement: resolve(here, "widget/fallback.ts") },
    ],
  },
  plugins: [aroundEachElement, squeezed],
  build: {
    outDir: resolve(here, "../gateway/static"),
    emptyOutDir: false,
    target: ["chrome120", "firefox120", "safari16.4"],
    reportCompressedSize: false,
    lib: { entry: resolve(here, "widget/mount.tsx"), formats: ["iife"], name: NAME, fileName: () => "widget.js" },
  },
});
