/** Texts of the account's page, which buyers elsewhere never load. */
import { chooseLanguage } from "../ui/i18n";
import { en, type AccountMessages } from "./messages/en";

let texts: AccountMessages = en;

export async function loadTexts(): Promise<void> {
  const asked = new URLSearchParams(location.search).get("lang");
  const german = chooseLanguage(navigator.languages, asked) === "de";
  texts = german ? (await import("./messages/de")).de : en;
}

/** The texts of the chosen language. */
export function a(): AccountMessages {
  return texts;
}
