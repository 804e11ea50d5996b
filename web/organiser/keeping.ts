/** Has the door's page kept by the browser, so that it can be loaded without a network. */
import { signal } from "@preact/signals";

const WORKER = "/door-worker.js";
const SCOPE = "/board/";

/** Whether the page can be loaded anew without a network. */
export const kept = signal(false);

export async function keepPage(): Promise<void> {
  // Browsers have none where the address is not a secure one, and `make pages-dev` has no worker built.
  if (!navigator.serviceWorker || import.meta.env.DEV) return;
  try {
    await navigator.serviceWorker.register(WORKER, { scope: SCOPE });
  } catch {
    // A browser may refuse to keep anything; or nobody answers, and what was kept before stays.
    return;
  }
  const { active } = await navigator.serviceWorker.ready;
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => (kept.value = true);
  active?.postMessage({ page: location.pathname, assets: loaded() }, [port2]);
}

function loaded(): string[] {
  const addresses = performance.getEntriesByType("resource").map((each) => new URL(each.name));
  const own = addresses.filter(({ origin, pathname }) => origin === location.origin && pathname.startsWith("/assets/"));
  return [...new Set(own.map((each) => each.pathname))];
}
