/** The widget is one script, and has its languages in it. */
import { de } from "../ui/messages/hall/de";

export async function german(): Promise<typeof de> {
  return Promise.resolve(de);
}
