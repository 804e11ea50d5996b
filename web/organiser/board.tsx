/** The board of a sale: how it goes, and what one can do about it. */
import "../buyer/event.css";
import "./board.css";
import { effect } from "@preact/signals";
import { connect, counts, link } from "../buyer/live";
import { failed, loadPlan, plan, sale } from "../buyer/sale";
import { LinkBanner, LinkPill, LoadFailed } from "../buyer/states";
import { clock, number } from "../ui/i18n";
import { Banner } from "../ui/parts";
import { acts, between, note, type Act, type Look } from "./acts";
import { Confirm } from "./confirm";
import { RoomControls, SaleControls } from "./controls";
import { figures, figuresFault, follow, health, room } from "./figures";
import { Heat } from "./heat";
import { Head, loadEvent, Missing, startHouse, trouble, Trouble, Waiting } from "./house";
import { moment, past, replaying } from "./past";
import { Categories, Funnel, Rates, Refusals } from "./panels";
import { asAsked, Scrubber } from "./scrubber";
import { h } from "./texts";
import { Tiles } from "./tiles";
import { leaveWall, onWall, wall, WallButton } from "./wall";


function BoardPage() {
  if (sale.value === null) return <Missing />;
  if (failed.value && !(sale.value && plan.value)) return <LoadFailed />;
  const house = plan.value;
  if (!sale.value || !house) return <Waiting />;
  const back = moment.value;
  const stale = link.value.name !== "live" && link.value.name !== "draining";
  return (
    <div class={`board ${wall.value ? "wall" : ""} ${sale.value.mode === "test" ? "rehearsal" : ""}`}>
      {wall.value ? <WallHead /> : <Head title={sale.value.name} at="board" event><LinkPill /><WallButton /></Head>}
      <main class="board-main">
        <div class="board-banners">
          {sale.value.mode === "test" && <Banner tone="note" title={h().board.rehearsal} />}
          {link.value.name === "reconnecting" ? <Banner tone="warn" title={h().board.reconnecting} /> : <LinkBanner />}
          <HealthBanner />
          <Trouble why={trouble.value} close={() => (trouble.value = null)} seek />
          <Trouble why={figuresFault.value} />
          {replaying.value && <Banner tone="warn" title={back?.at instanceof Date ? h().past.shown(clock(back.at, true)) : h().past.shownRecord(back?.at.section ?? "", number(back?.at.seq ?? 0))} />}
          {!replaying.value && (sale.value.status === "draft" || sale.value.status === "published") && <Banner tone="note" title={h().board.notYet} />}
        </div>
        <Tiles />
        <section class="board-map" aria-labelledby="map-title">
          <h2 id="map-title" class="sr-only">{h().heat.title}</h2>
          {back && past.value ? <Heat house={past.value} counts={back.counts} live={false} dim={false} /> : <Heat house={house} counts={counts.value} live dim={stale} />}
          {!wall.value && <Scrubber />}
        </section>
        <div class="board-side">
          {!wall.value && <><SaleControls /><RoomControls /></>}
          <Categories />
          <Acts />
        </div>
        <div class="board-figures">
          <Rates />
          <Funnel />
          <Refusals />
        </div>
      </main>
      <Confirm />
    </div>
  );
}

function WallHead() {
  return (
    <header class="wall-head">
      <h1>{sale.value?.name}</h1>
      <div class="row"><LinkPill /><button type="button" class="button small" onClick={leaveWall}>{h().board.leaveWall}</button></div>
    </header>
  );
}

/** Parts that are not well: what goes on all the same, and what does not. */
function HealthBanner() {
  const told = health.value;
  if (!told || (told.ready && !told.degraded.length)) return null;
  const since = clock(told.since, true);
  if (!told.ready) return <Banner tone="bad" title={`${h().board.cannotSell(since)} `}><span>{told.obstacles.join("; ")}</span></Banner>;
  return <Banner tone="warn" title={h().board.degraded(told.degraded.map((part) => h().board.parts[part] ?? part).join(", "), since)} />;
}

function Acts() {
  const words = h().acts;
  return (
    <section class="card board-acts" aria-labelledby="acts-title">
      <h2 id="acts-title">{words.title}</h2>
      {acts.value.length === 0 && <p class="soft">{words.none}</p>}
      <ol class="acts">
        {acts.value.map((each) => <li key={each.id}><time class="soft figures" dateTime={each.at.toISOString()}>{clock(each.at, true)}</time> <span>{words.told(each.act)}</span></li>)}
      </ol>
    </section>
  );
}

/** Note what changes about the sale itself, the waiting room and the server. */
function watchActs(): void {
  let before: Look | null = null;
  effect(() => {
    const now = figures.value;
    if (!now) return;
    const look = { free: now.free, held: now.held, sold: now.sold, sections: counts.peek() };
    if (before) for (const act of between(before, look)) note(act, new Date(now.as_of));
    before = look;
  });
  changes(() => sale.value?.status, (status) => ({ kind: "status", status }));
  changes(() => room.value?.phase, (phase) => ({ kind: "room", phase }));
  changes(() => health.value?.degraded.join(", "), (part) => (part ? { kind: "degraded", part } : { kind: "well" }));
}

function changes<T>(read: () => T | undefined, act: (now: T) => Act): void {
  let was: T | undefined;
  effect(() => {
    const now = read();
    if (now !== undefined && was !== undefined && now !== was) note(act(now), new Date());
    was = now ?? was;
  });
}

void startHouse(() => <BoardPage />, async () => {
  await Promise.all([loadEvent(), loadPlan()]);
  if (!sale.value || !plan.value) return;
  document.title = h().board.title(sale.value.name);
  onWall();
  watchActs();
  follow();
  asAsked();
  await connect();
});
