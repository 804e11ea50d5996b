/** Shows for a while what was done, to who looks; to who listens it is said by `say`. */
import { signal } from "@preact/signals";
import { Icon, say } from "../ui/parts";

const SHOWN_MS = 6_000;
const shown = signal("");
let hiding = 0;

/** Say and show that something was done. */
export function tell(text: string): void {
  say(text);
  shown.value = text;
  clearTimeout(hiding);
  hiding = window.setTimeout(() => (shown.value = ""), SHOWN_MS);
}

export function Toast() {
  if (!shown.value) return null;
  return <div class="toast" aria-hidden="true"><Icon name="tick" /><span>{shown.value}</span></div>;
}
