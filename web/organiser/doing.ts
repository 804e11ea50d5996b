/** Does one thing of the house at a time, says what became of it, and keeps what did not work until it is read. */
import { signal } from "@preact/signals";
import { refusal } from "./calls";
import { trouble } from "./house";
import { tell } from "./toast";

export const busy = signal(false);

/** Whether it was done. */
export async function doing(what: () => Promise<unknown>, said: string): Promise<boolean> {
  busy.value = true;
  try {
    await what();
    trouble.value = null;
    tell(said);
    return true;
  } catch (error) {
    trouble.value = refusal(error);
    return false;
  } finally {
    busy.value = false;
  }
}
