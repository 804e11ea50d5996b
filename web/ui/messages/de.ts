/** German. */
import type { Messages } from "./en";

export const de: Messages = {
  skipToList: "Plätze aus einer Liste wählen",
  onSale: "Im Verkauf",
  notYet: "Noch nicht im Verkauf",
  paused: "Der Verkauf ruht",
  closed: "Der Verkauf ist beendet",
  sections: "Bereiche",
  free: { one: "{n} frei", other: "{n} frei" },
  loading: "Einen Augenblick …",
  notFound: "Unter dieser Adresse gibt es keine Veranstaltung.",
};
