import { FREE, inBrowser, Refusal, SectionMap, type Hold } from "./index";

/** Watch a section of an event, and hold its first free seat. */
export async function firstFree(server: string, event: string, section: string, labels: string[]): Promise<Hold | null> {
  const { session: open } = inBrowser({ server, browser: localStorage, tab: sessionStorage });
  const session = open("my-shop");
  const map = new SectionMap(`${event}/${section}`, new Uint8Array(labels.length), (label) => labels.indexOf(label));
  session.core.watching.add({ event, detail: "seats", sections: [section] }, [map]);
  const shown = new Promise<void>((resolve) => {
    session.onHappening = (happening) => {
      if (happening.kind === "map") resolve();
    };
  });
  await session.start();
  await shown;
  const seat = labels[map.statuses.indexOf(FREE)];
  if (seat === undefined) return null;
  try {
    // The key makes it safe to send this again, which the session does over lost connections.
    return await session.call<Hold>({ t: "hold.create", d: { event, seats: [seat] }, idem: crypto.randomUUID() }, 20_000);
  } catch (error) {
    if (error instanceof Refusal && error.code === "seat_taken") return null;
    throw error;
  }
}
