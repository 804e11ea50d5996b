/** The widget: an event live, best available, list, cart, and the way to the till on the server's own page. */
import { render } from "preact";
import { rest } from "../client/browser";
import { look, restore } from "../buyer/kept";
import { connect, session, watch } from "../buyer/live";
import { failed, loadPlan, loadSale, plan, sale } from "../buyer/sale";
import { chooseLanguage, currentLanguage, loadLanguage } from "../ui/i18n";
import { keepFocus } from "../ui/kept";
import { site, type Site } from "../ui/site";
import { styleText } from "./styles";
import { Widget } from "./widget";

export interface Mounted {
  stop(): void;
}

const { host, root } = site as Site & { host: HTMLElement; root: ShadowRoot };
const place = document.createElement("div");
let stopped = false;

/** The till is a page of the server's, never a frame: it shows whose it is, and keeps what it knows. */
async function pay(holds: readonly string[]): Promise<void> {
  // Browsers open a tab while a press is answered, and not once a server has been asked.
  const tab = host.getAttribute("target") === "_blank" ? open("about:blank", "_blank") : null;
  const address = await till(holds);
  if (site.told?.("checkout", { holds, address }) === false) return tab?.close();
  if (!tab) return void ((window.top ?? window).location.href = address);
  tab.opener = null;
  tab.location.replace(address);
}

async function till(holds: readonly string[]): Promise<string> {
  const page = `${site.server}/checkout/${holds.join(",")}?event=${encodeURIComponent(site.event)}&lang=${currentLanguage()}`;
  const reply = await rest("/auth/handover", { method: "POST" }).catch(() => null);
  if (!reply?.ok) return page;
  const { code } = (await reply.json()) as { code: string };
  return `${page}#handover=${code}`;
}

async function start(): Promise<void> {
  const preferred = [host.closest<HTMLElement>("[lang]")?.lang, ...navigator.languages].filter((each) => each !== undefined);
  await Promise.all([loadSale(), loadPlan(), loadLanguage(chooseLanguage(preferred, host.getAttribute("lang")), preferred)]);
  if (stopped) return;
  place.lang = currentLanguage();
  render(<Widget />, place);
  if (!sale.value || !plan.value) return tell(failed.value ? "unreachable" : "missing");
  watch(plan.value, []);
  await connect();
  if (!stopped) await restore();
  if (!stopped) tell("ready");
}

function tell(name: string): void {
  site.told?.(name, { event: site.event });
}

/** Back from the till in another tab: what was paid there is no longer in the cart. */
function back(): void {
  if (!document.hidden) void look();
}

export function mount(): Mounted {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styleText(16));
  root.adoptedStyleSheets = [sheet];
  place.className = "holdfast";
  root.replaceChildren(place);
  const mediumPx = Number.parseFloat(getComputedStyle(host).fontSize);
  if (mediumPx !== 16) sheet.replaceSync(styleText(mediumPx));
  keepFocus(root);
  site.pay = (holds) => void pay(holds);
  document.addEventListener("visibilitychange", back);
  void start();
  return {
    stop(): void {
      stopped = true;
      document.removeEventListener("visibilitychange", back);
      session.stop();
      render(null, place);
    },
  };
}
