/**
 * Where a page's parts stand: whose server they ask, which event they are about, where they keep things.
 *
 * Pages stand on their own server. A widget stands in somebody else's page (`web/widget`), which hands its own in.
 */
import type { Shelf } from "../client/identity";

export interface Site {
  /** The server's origin, or nothing where it is the page's own. */
  server: string;
  event: string;
  /** Kept for all tabs of a browser, and for one. */
  browser: Shelf;
  tab: Shelf;
  /** Where elements are looked for. */
  root: ParentNode;
  /** Begin anew, when nothing else helps. */
  reload(): void;
  /** Something that whoever embeds this may want to know; false where they take care of it. */
  told?(name: string, detail: object): boolean;
  /** Go to the till in a way of one's own, where a link there would not do. */
  pay?(holds: readonly string[]): void;
}

declare const holdfastSite: Site | undefined;

function ownPage(): Site {
  return {
    server: "",
    event: location.pathname.split("/")[2] ?? "",
    browser: localStorage,
    tab: sessionStorage,
    root: document,
    reload: () => location.reload(),
  };
}

export const site: Site = typeof holdfastSite === "undefined" ? ownPage() : holdfastSite;
