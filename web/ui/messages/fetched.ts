/** Languages that are fetched by whoever reads them. */
import type { Messages } from "./en";

export async function german(): Promise<Messages> {
  return (await import("./de")).de;
}
