/** What an event's page and the widget say of it: name, when and where, how the sale stands, what its colours mean. */
import type { ComponentChildren } from "preact";
import { Mark } from "../list/list";
import type { Plan } from "../map/plan";
import { moment, t } from "../ui/i18n";
import { Banner } from "../ui/parts";
import { site } from "../ui/site";
import { toggle, wanted } from "./chosen";
import { freeInAll } from "./live";
import { MapView } from "./mapview";
import { readPass } from "./pass";
import { eventId, placesText, plan, priceText, sale, spanText } from "./sale";

export function Title({ as: Heading }: { as: "h1" | "h2" }) {
  const shown = sale.value;
  if (!shown) return null;
  const free = freeInAll.value;
  const where = [shown.venue?.name, shown.venue?.city].filter(Boolean).join(", ");
  const when = shown.starts_at ? moment(new Date(shown.starts_at), shown.zone ?? shown.venue?.zone) : "";
  return (
    <>
      <Heading class="name">{shown.name}</Heading>
      <p class="soft top-facts">
        {[when, where, spanText(plan.value?.categories.keys() ?? []), free === null ? "" : placesText(free)].filter(Boolean).map((each, at) => <span key={at}><bdi class="figures">{each}</bdi></span>)}
      </p>
    </>
  );
}

/** `children` are what a page says besides. */
export function StatusBanner({ children }: { children?: ComponentChildren }) {
  const shown = sale.value;
  if (!shown) return null;
  const texts = t().sale;
  if (shown.queued && !readPass(eventId)) {
    return <Banner tone="note" title={`${texts.queued} `}><a class="button small" href={`${site.server}/e/${eventId}/queue`} target="_top">{texts.toQueue}</a></Banner>;
  }
  const { status } = shown;
  if (status !== "open" && status !== "draft") {
    const early = status === "published";
    return (
      <Banner tone={early ? "note" : "warn"} title={`${texts[status]}. `}>
        <span>{texts[`${status}Hint`]}</span>
        {children}
        {early && (shown.starts_at || shown.opens_at) && <> <a href={`${site.server}/v1/events/${eventId}/calendar.ics`}>{texts.calendar}</a></>}
      </Banner>
    );
  }
  return freeInAll.value === 0 ? <Banner tone="warn" title={texts.soldOut} /> : null;
}

/** The map and what its colours mean; a house of standing room alone is no picture. */
export function Picture({ house }: { house: Plan }) {
  if (!house.count) return null;
  return (
    <div class="hall-map">
      <MapView house={house} />
      <Legend />
    </div>
  );
}

function Legend() {
  const house = plan.value;
  return (
    <ul class="legend" aria-label={t().best.category}>
      {house?.categories.map((each, at) => (
        <li key={each.key}>
          <button type="button" class="chip" aria-pressed={wanted.value.has(at)} onClick={() => toggle(at)}>
            <Mark category={at} /> <span>{each.label}</span> <span class="soft figures">{priceText(at)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
