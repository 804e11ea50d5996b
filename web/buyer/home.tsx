/** What is on sale: events with when, where, how many places are left and from which price on; looked for by word and size. */
import "../ui/page.css";
import "./home.css";
import { signal } from "@preact/signals";
import type { Money } from "../client/frames";
import { moment, money, number, t } from "../ui/i18n";
import { Announcer, say, Stepper } from "../ui/parts";
import { AccountLink, PageHead } from "../ui/head";
import { start } from "../ui/start";
import { placesText, type Sale } from "./sale";

interface Offer extends Sale {
  left?: { free: number; price?: Money | null; as_of: string };
}

interface Page {
  data: Offer[];
  has_more: boolean;
  next: string | null;
}

const PAGE = 24;
const TYPING_MS = 250;
const QTY_MAX = 10;

const offers = signal<readonly Offer[] | null>(null);
const next = signal<string | null>(null);
const failed = signal(false);
const words = signal("");
const qty = signal(1);
const dated = signal(false);
let typing = 0;
let asked = 0;

async function look(more = false): Promise<void> {
  const query = new URLSearchParams({ limit: String(PAGE) });
  if (words.value.trim()) query.set("q", words.value.trim());
  if (qty.value > 1) query.set("min_free", String(qty.value));
  if (dated.value) query.set("sort", "date");
  if (more && next.value) query.set("after", next.value);
  asked += 1;
  const mine = asked;
  const reply = await fetch(`/v1/events?${query}`).catch(() => null);
  // Answers to what was typed before come too late.
  if (mine !== asked) return;
  failed.value = !reply?.ok;
  if (!reply?.ok) return;
  const page = (await reply.json()) as Page;
  offers.value = more ? [...(offers.value ?? []), ...page.data] : page.data;
  next.value = page.has_more ? page.next : null;
  say(t().home.found(number(offers.value.length)));
}

function typed(value: string): void {
  words.value = value;
  clearTimeout(typing);
  typing = window.setTimeout(() => void look(), TYPING_MS);
}

function HomePage() {
  const texts = t().home;
  return (
    <>
      <Announcer />
      <main class="page">
        <PageHead title={texts.title}><AccountLink /></PageHead>
        <form class="search" role="search" onSubmit={(event) => { event.preventDefault(); void look(); }}>
          <div class="field grow">
            <label for="words">{texts.words}</label>
            <input id="words" class="input" type="search" value={words.value} onInput={(event) => typed(event.currentTarget.value)} />
          </div>
          <div class="field">
            <span class="label" aria-hidden="true">{t().best.how}</span>
            <Stepper value={qty.value} min={1} max={QTY_MAX} label={t().best.how} less={t().best.fewer} more={t().best.more} on={(value) => { qty.value = value; void look(); }} />
          </div>
          <label class="check"><input type="checkbox" checked={dated.value} onChange={(event) => { dated.value = event.currentTarget.checked; void look(); }} />{texts.byDate}</label>
        </form>
        {failed.value && <p class="banner bad">{t().link.failed}</p>}
        {offers.value?.length === 0 && <p class="soft">{texts.none}</p>}
        <ul class="offers">{offers.value?.map((each) => <OfferCard key={each.event} offer={each} />)}</ul>
        {next.value !== null && <div><button type="button" class="button" onClick={() => void look(true)}>{texts.more}</button></div>}
      </main>
    </>
  );
}

function OfferCard({ offer }: { offer: Offer }) {
  const when = offer.starts_at ? moment(new Date(offer.starts_at), offer.zone ?? offer.venue?.zone) : "";
  const where = [offer.venue?.name, offer.venue?.city].filter(Boolean).join(", ");
  const left = offer.left;
  const over = offer.status === "closed" || left?.free === 0;
  const standing = offer.status === "open" ? "" : t().sale[offer.status];
  return (
    <li class="offer card">
      <div class="offer-text">
        <h2><a href={`/e/${offer.event}`}>{offer.name}</a></h2>
        {[when, where].filter(Boolean).map((each) => <p class="soft small-text" key={each}>{each}</p>)}
      </div>
      <div class="offer-foot">
        <span class={over ? "soft" : "strong"}>{standing || (left ? placesText(left.free) : "")}</span>
        {left?.price && !over && <span class="soft figures">{t().home.from(money(left.price))}</span>}
      </div>
    </li>
  );
}

void look().then(async () => {
  await start(() => <HomePage />);
  document.title = t().home.title;
});
