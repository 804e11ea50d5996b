/** Texts of the house's pages, which buyers never load. */
import { chooseLanguage } from "../ui/i18n";
import { en, type HouseMessages } from "./messages/en";

let texts: HouseMessages = en;

export async function loadTexts(): Promise<void> {
  const asked = new URLSearchParams(location.search).get("lang");
  const german = chooseLanguage(navigator.languages, asked) === "de";
  texts = german ? (await import("./messages/de")).de : en;
}

/** The texts of the chosen language. */
export function h(): HouseMessages {
  return texts;
}
