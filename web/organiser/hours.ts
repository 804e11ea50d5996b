/** Moments as fields of a browser write and read them: in the reader's own zone. */

const MINUTE_MS = 60_000;
/** As long as "2027-05-01T20:00" is. */
const TO_THE_MINUTE = 16;

export function toField(at: string | null | undefined): string {
  if (!at) return "";
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * MINUTE_MS).toISOString().slice(0, TO_THE_MINUTE);
}

/** The moment that a field says, or null where it says none. */
export function fromField(text: string): string | null {
  return text ? new Date(text).toISOString() : null;
}
