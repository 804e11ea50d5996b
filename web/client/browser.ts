/** What a page's parts share: who its reader is, REST calls and sessions of theirs. */
import { site } from "../ui/site";
import { inBrowser } from "./surroundings";

export const { identity, actAs, rest, session: browserSession } = inBrowser(site);
