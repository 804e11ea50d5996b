/**
 * `<holdfast-event>`: an event of a Holdfast server in anybody's page.
 *
 * The build puts all of the widget into `holdfastRun`, a function that is run anew for each element, so that several
 * of them share nothing. This file is what stands around it: attributes, the shadow root, starting and stopping.
 */
import type { Site } from "../ui/site";
import type { Mounted } from "./mount";
import { shelf } from "./shelf";

declare function holdfastRun(site: Site & { host: HTMLElement; root: ShadowRoot }): Mounted;

const ATTRIBUTES = ["event", "api", "lang", "theme", "target"];
/** Where this script came from is the server, unless `api` names another. */
const SCRIPT = (document.currentScript as HTMLScriptElement | null)?.src;

class HoldfastEvent extends HTMLElement {
  static observedAttributes = ATTRIBUTES;
  private running: Mounted | null = null;
  private waiting = false;

  connectedCallback(): void {
    this.begin();
  }

  disconnectedCallback(): void {
    this.end();
  }

  attributeChangedCallback(): void {
    if (this.isConnected) this.begin();
  }

  /** Several attributes are often set one after the other: the widget starts once, after the last. */
  private begin(): void {
    if (this.waiting) return;
    this.waiting = true;
    queueMicrotask(() => {
      this.waiting = false;
      if (this.isConnected) this.restart();
    });
  }

  private restart(): void {
    this.end();
    const server = new URL(this.getAttribute("api") ?? SCRIPT ?? location.href, location.href).origin;
    const kept = shelf(`${server} `, () => sessionStorage);
    this.running = holdfastRun({
      server,
      event: this.getAttribute("event") ?? "",
      browser: kept,
      tab: kept,
      host: this,
      root: this.shadowRoot ?? this.attachShadow({ mode: "open" }),
      reload: () => this.restart(),
      told: (name, detail) => this.tell(name, detail),
    });
  }

  private end(): void {
    this.running?.stop();
    this.running = null;
  }

  /** False where whoever embeds this has said that they do it themselves. */
  private tell(name: string, detail: object): boolean {
    return this.dispatchEvent(new CustomEvent(`holdfast:${name}`, { detail, bubbles: true, composed: true, cancelable: true }));
  }
}

if (!customElements.get("holdfast-event")) customElements.define("holdfast-event", HoldfastEvent);
