/** The page of an event: its house live, and every way to take a place in it. */
import "./event.css";
import { SeatList, Mark } from "../list/list";
import { moment, t } from "../ui/i18n";
import { Announcer, Banner } from "../ui/parts";
import { start } from "../ui/start";
import { BestAvailable } from "./best";
import { CartTray } from "./carttray";
import { restore } from "./cart";
import { toggle, wanted } from "./chosen";
import { ConflictCard } from "./conflict";
import { connect, freeInAll, watch } from "./live";
import { MapView } from "./mapview";
import { readPass } from "./pass";
import { eventId, failed, loadPlan, loadSale, placesText, plan, priceText, sale, spanText } from "./sale";
import { follow } from "./waitlist";
import { WaitlistCard } from "./waitlistcard";
import { LinkBanner, LinkPill, LoadFailed, ProblemBanner } from "./states";

function EventPage() {
  if (sale.value === null) return <Missing />;
  if (failed.value && !plan.value) return <LoadFailed />;
  if (sale.value === undefined || !plan.value) return <Skeleton />;
  return (
    <>
      <a class="skip" href="#list">{t().common.skipToList}</a>
      <Announcer />
      <Top />
      <main class="hall">
        <div class="hall-map">
          <MapView house={plan.value} />
          <Legend />
        </div>
        <div class="hall-side">
          <LinkBanner />
          <StatusBanner />
          <ProblemBanner />
          <ConflictCard />
          <WaitlistCard />
          <BestAvailable />
          <SeatList house={plan.value} />
        </div>
        <CartTray />
      </main>
    </>
  );
}

function Top() {
  const shown = sale.value;
  if (!shown) return null;
  const free = freeInAll.value;
  const where = [shown.venue?.name, shown.venue?.city].filter(Boolean).join(", ");
  const when = shown.starts_at ? moment(new Date(shown.starts_at), shown.zone ?? shown.venue?.zone) : "";
  return (
    <header class="top">
      <div class="top-text">
        <h1>{shown.name}</h1>
        <p class="soft top-facts">
          {[when, where, spanText(plan.value?.categories.keys() ?? [])].filter(Boolean).map((each) => <span key={each}>{each}</span>)}
          {free !== null && <span class="figures">{placesText(free)}</span>}
        </p>
      </div>
      <LinkPill />
    </header>
  );
}

function StatusBanner() {
  const shown = sale.value;
  if (!shown) return null;
  const texts = t().sale;
  if (shown.queued && !readPass(eventId)) {
    return <Banner tone="note" title={`${texts.queued} `}><a class="button small" href={`/e/${eventId}/queue`}>{texts.toQueue}</a></Banner>;
  }
  if (shown.status === "paused") return <Banner tone="warn" title={`${texts.paused}. `}><span>{texts.pausedHint}</span></Banner>;
  if (shown.status === "closed") return <Banner tone="warn" title={`${texts.closed}. `}><span>{texts.closedHint}</span></Banner>;
  if (shown.status === "published") return <Banner tone="note" title={`${texts.published}. `}><span>{texts.publishedHint}</span></Banner>;
  return freeInAll.value === 0 ? <Banner tone="warn" title={texts.soldOut} /> : null;
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

function Skeleton() {
  return <main class="plain skeleton" aria-busy="true"><p class="soft">{t().common.loading}</p></main>;
}

function Missing() {
  return <main class="plain"><h1>{t().sale.notFound}</h1><p class="soft">{t().sale.notFoundHint}</p></main>;
}

async function open(): Promise<void> {
  // Until there is something to show, the summary that the server wrote stays.
  await Promise.all([loadSale(), loadPlan()]);
  await start(() => <EventPage />);
  if (!sale.value || !plan.value) return;
  document.title = sale.value.name;
  watch(plan.value, []);
  await connect();
  await restore();
  follow();
}

void open();
