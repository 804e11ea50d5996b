/** What a scanner types that nobody has shown where to. */

/** Fields of their own, and a dialog's: what is typed there is meant for them. */
const TAKES_TEXT = "input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable], dialog[open] *";

type Key = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "isComposing"> & { target: unknown };

/** Whether a key is a letter for nobody; a space presses what has the focus, and no code begins with one. */
export function isTyping({ key, ctrlKey, metaKey, altKey, isComposing, target }: Key): boolean {
  if (key.length !== 1 || key === " " || ctrlKey || metaKey || altKey || isComposing) return false;
  return !(target as { matches?(selector: string): boolean }).matches?.(TAKES_TEXT);
}
