/** How every page starts: language first, then its root in place of the summary that the server wrote. */
import { render, type ComponentChild } from "preact";
import { chooseLanguage, currentLanguage, loadLanguage } from "./i18n";
import { keepFocus } from "./kept";

export async function start(root: () => ComponentChild): Promise<void> {
  const asked = new URLSearchParams(location.search).get("lang");
  await loadLanguage(chooseLanguage(navigator.languages, asked), navigator.languages);
  document.documentElement.lang = currentLanguage();
  const place = document.getElementById("app");
  if (!place) throw new Error("the page has no place for its content");
  place.replaceChildren();
  render(root(), place);
  keepFocus(document);
}
