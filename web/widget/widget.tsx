/** What the widget shows: the event's page without what is the page's alone. */
import { BestAvailable } from "../buyer/best";
import { CartTray } from "../buyer/carttray";
import { ConflictCard } from "../buyer/conflict";
import { plan, sale } from "../buyer/sale";
import { Picture, StatusBanner, Title } from "../buyer/salehead";
import { LinkBanner, LinkPill, ProblemBanner } from "../buyer/states";
import { SeatList } from "../list/list";
import { t } from "../ui/i18n";
import { Announcer } from "../ui/parts";
import { site } from "../ui/site";

const page = `${site.server}/e/${encodeURIComponent(site.event)}`;

export function Widget() {
  const house = plan.value;
  if (!sale.value || !house) return <Nothing />;
  return (
    <>
      <button type="button" class="skip" onClick={toList}>{t().common.skipToList}</button>
      <Announcer />
      <div class="top">
        <div class="top-text"><Title as="h2" /></div>
        <LinkPill />
      </div>
      <section class="hall" aria-label={sale.value.name}>
        <Picture house={house} />
        <div class="hall-side">
          <LinkBanner />
          <StatusBanner />
          <ProblemBanner />
          <ConflictCard />
          <BestAvailable />
          <SeatList house={house} />
        </div>
        <CartTray />
      </section>
      <p class="tiny"><PageLink /></p>
    </>
  );
}

/** The way out of a place that is too small, or whose server does not answer. */
function PageLink() {
  return <a class="button primary" href={page} target="_top">{t().widget.page}</a>;
}

function toList(): void {
  site.root.querySelector<HTMLElement>("#list")?.focus();
}

/** There is no such event, or its server answers this page nothing: the event's own page is the way that is left. */
function Nothing() {
  const missing = sale.value === null;
  return (
    <div class="plain" role="alert">
      <p><strong>{missing ? t().sale.notFound : t().link.failed}</strong></p>
      {!missing && <p><PageLink /></p>}
    </div>
  );
}
