/** The page of an event: its house live, and every way to take a place in it. */
import "../ui/page.css";
import "./event.css";
import { SeatList } from "../list/list";
import { t } from "../ui/i18n";
import { Paused } from "../ui/paused";
import { Announcer } from "../ui/parts";
import { start } from "../ui/start";
import { BestAvailable } from "./best";
import { CartTray } from "./carttray";
import { ConflictCard } from "./conflict";
import { keepCurrent } from "./current";
import { restore } from "./kept";
import { connect, session, watch } from "./live";
import { Opening } from "./opening";
import { failed, loadPlan, loadSale, plan, sale } from "./sale";
import { Picture, StatusBanner, Title } from "./salehead";
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
        <Picture house={plan.value} />
        <div class="hall-side">
          <LinkBanner />
          <StatusBanner><StatusNote /></StatusBanner>
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

/** What the page knows besides of a sale that rests, or is to open. */
function StatusNote() {
  const shown = sale.value;
  if (shown?.pause) return <> <Paused {...shown.pause} /></>;
  return shown?.status === "published" && shown.opens_at ? <Opening at={shown.opens_at} zone={shown.zone ?? shown.venue?.zone} /> : null;
}

function Top() {
  return (
    <header class="top">
      <div class="top-text"><Title as="h1" /></div>
      <LinkPill />
    </header>
  );
}

function Skeleton() {
  return <main class="plain skeleton" aria-busy="true"><p class="soft">{t().common.loading}</p></main>;
}

function Missing() {
  return <main class="plain"><h1>{t().sale.notFound}</h1><p class="soft">{t().sale.notFoundHint}</p></main>;
}

async function open(): Promise<void> {
  // Until there is something to show, the summary that the server wrote stays. Nothing waits for anything else.
  const connected = connect();
  await Promise.all([loadSale(), loadPlan()]);
  await start(() => <EventPage />);
  if (!sale.value || !plan.value) return session.stop();
  document.title = sale.value.name;
  watch(plan.value, []);
  await connected;
  await restore();
  follow();
  keepCurrent();
}

void open();
