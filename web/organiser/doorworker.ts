/**
 * Keeps the door's page with its scripts and styles, so that it can be loaded without a network too.
 *
 * A page is asked for first and shown as it was kept when nobody answers in time; scripts are named by their content,
 * so what is kept is as good as new. Everything else passes by. Built into one script of its own: it imports nothing.
 */
const KEPT = "holdfast-door-1";
const ANSWER_MAX_MS = 4_000;
const PAGES_MAX = 20;

/** What a page has loaded, to be kept with it; the port hears when it is. */
interface Told {
  page: string;
  assets: string[];
}

/** The part of a service worker's surroundings that is used: its types and those of pages cannot be had together. */
interface Worker {
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  addEventListener(name: "install" | "activate", act: (event: Lasting) => void): void;
  addEventListener(name: "message", act: (event: Lasting & MessageEvent<Told>) => void): void;
  addEventListener(name: "fetch", act: (event: Fetching) => void): void;
}

interface Lasting extends Event {
  waitUntil(until: Promise<unknown>): void;
}

interface Fetching extends Lasting {
  request: Request;
  respondWith(reply: Promise<Response>): void;
}

const worker = self as unknown as Worker;
const isDoor = (path: string): boolean => /^\/board\/[^/]+\/door$/.test(path);
const isAsset = (path: string): boolean => path.startsWith("/assets/");

worker.addEventListener("install", (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("message", (event) => event.waitUntil(keep(event.data).then(() => event.ports[0]?.postMessage("kept"))));
worker.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== location.origin) return;
  if (mode === "navigate" && isDoor(pathname)) event.respondWith(freshOrKept(event.request, pathname));
  else if (isAsset(pathname)) event.respondWith(keptOrFresh(event.request));
});

/** Keep a page and all it has loaded, and of scripts nothing that it has not. */
async function keep({ page, assets }: Told): Promise<void> {
  const shelf = await caches.open(KEPT);
  const known = (await shelf.keys()).map((each) => new URL(each.url).pathname);
  await shelf.add(page);
  await shelf.addAll(assets.filter((each) => !known.includes(each)));
  const old = known.filter((each) => isAsset(each) && !assets.includes(each));
  const pages = known.filter((each) => isDoor(each) && each !== page);
  for (const each of [...old, ...pages.slice(0, Math.max(0, pages.length + 1 - PAGES_MAX))]) await shelf.delete(each);
}

async function freshOrKept(request: Request, path: string): Promise<Response> {
  const kept = await (await caches.open(KEPT)).match(path);
  if (!kept) return fetch(request);
  try {
    const fresh = await fetch(request, { signal: AbortSignal.timeout(ANSWER_MAX_MS) });
    // Who answers that the server is away is not the server.
    return fresh.status < 500 ? fresh : kept;
  } catch {
    // Nobody answers: that is what the page was kept for.
    return kept;
  }
}

async function keptOrFresh(request: Request): Promise<Response> {
  return (await (await caches.open(KEPT)).match(request)) ?? fetch(request);
}
