import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { squeezed } from "./squeezed";

const here = import.meta.dirname;
const pages = resolve(here, "pages");
const entries = readdirSync(pages).filter((name) => name.endsWith(".html"));

/** Where the gateway serves each entry (`gateway/pages/pages.py`), so that `make pages-dev` does the same. */
const ways: [RegExp, string][] = [
  [/^\/$/, "/home.html"],
  [/^\/e\/[^/]+\/queue$/, "/queue.html"],
  [/^\/e\/[^/]+$/, "/event.html"],
  [/^\/checkout\/[^/]+$/, "/checkout.html"],
  [/^\/tickets\/[^/]+$/, "/tickets.html"],
  [/^\/account$/, "/account.html"],
  [/^\/board\/[^/]+$/, "/board.html"],
  [/^\/board\/[^/]+\/door$/, "/door.html"],
  [/^\/plans$/, "/plans.html"],
  [/^\/board$/, "/events.html"],
  [/^\/board\/[^/]+\/sale$/, "/sale.html"],
  [/^\/board\/[^/]+\/seats$/, "/seats.html"],
  [/^\/board\/[^/]+\/reports$/, "/reports.html"],
];

const waysOfTheGateway: Plugin = {
  name: "ways-of-the-gateway",
  configureServer(server) {
    server.middlewares.use((request, _response, next) => {
      const [path = "", query] = (request.url ?? "").split("?");
      const way = ways.find(([pattern]) => pattern.test(path));
      if (way) request.url = query ? `${way[1]}?${query}` : way[1];
      next();
    });
  },
};

/** An entry says which script it runs; all else of a page is the same for all of them. */
const oneFrame: Plugin = {
  name: "one-frame",
  transformIndexHtml: {
    order: "pre",
    handler: (entry) => readFileSync(resolve(here, "ui/page.html"), "utf8").replace("<!--page-->", entry.trim()),
  },
};

export default defineConfig({
  root: pages,
  plugins: [oneFrame, waysOfTheGateway, squeezed],
  build: {
    outDir: resolve(here, "../gateway/static"),
    emptyOutDir: true,
    assetsDir: "assets",
    // The pages are served without inline scripts, styles or `data:` addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: ["chrome120", "firefox120", "safari16.4"],
    reportCompressedSize: false,
    rolldownOptions: {
      input: [...entries.map((name) => resolve(pages, name)), resolve(here, "organiser/doorworker.ts")],
      // What a browser keeps a page with is always asked for by the same name.
      output: { entryFileNames: ({ name }) => (name === "doorworker" ? "door-worker.js" : "assets/[name]-[hash].js") },
    },
  },
  server: {
    host: "127.0.0.1",
    port: 5173,
    fs: { allow: [here] },
    proxy: {
      "/v1": { target: process.env["HOLDFAST_URL"] ?? "http://127.0.0.1:8000", ws: true, changeOrigin: true },
    },
  },
  test: { root: here, include: ["tests/**/*.test.ts", "tests/**/*.test.tsx"] },
});
