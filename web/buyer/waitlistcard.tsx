/** The waitlist beside the seats: a form where nothing is left, one's place, and an offer with its time. */
import { signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { clock, money, plural, t } from "../ui/i18n";
import { Banner, Icon, span, Stepper, useSeconds } from "../ui/parts";
import { problem } from "./cart";
import { freeInAll, serverNow, session } from "./live";
import { itemName, problemText } from "./names";
import { plan, priceText, sale, seatsPerHold } from "./sale";
import { accept, asking, decline, dismiss, entry, join, leave, refusal, type Entry } from "./waitlist";

const qty = signal(2);
const category = signal("");
const maxPrice = signal("");
const together = signal(true);
const PRICE = /^\d{1,7}([.,]\d{1,3})?$/;

export function WaitlistCard() {
  const shown = entry.value;
  if (shown) return <Standing shown={shown} />;
  const nothing = freeInAll.value === 0 || problem.value?.code === "best_available_not_found";
  return sale.value?.status === "open" && nothing ? <Join /> : null;
}

function Refused() {
  const why = refusal.value;
  return why ? <Banner tone="bad" title={problemText(why)} /> : null;
}

function Join() {
  const texts = t().waitlist;
  const price = maxPrice.value.trim();
  const wrong = price !== "" && !PRICE.test(price);
  const submit = (sent: Event): void => {
    sent.preventDefault();
    if (wrong) return;
    void join({
      qty: qty.value,
      together: together.value,
      ...(category.value && { categories: [category.value] }),
      ...(price && { max_price: price.replace(",", ".") }),
    });
  };
  return (
    <form class="card best" aria-labelledby="waitlist-title" onSubmit={submit}>
      <h2 id="waitlist-title">{texts.title}</h2>
      <p class="soft">{texts.hint}</p>
      <Refused />
      <div class="best-fields">
        <div class="field">
          <span class="label" aria-hidden="true">{t().best.how}</span>
          <Stepper value={qty.value} min={1} max={seatsPerHold.value} label={texts.how} less={t().best.fewer} more={t().best.more} on={(next) => (qty.value = next)} />
        </div>
        <div class="field grow">
          <label for="wait-category">{texts.category}</label>
          <select id="wait-category" class="select" value={category.value} onChange={(changed) => (category.value = changed.currentTarget.value)}>
            <option value="">{t().best.any}</option>
            {plan.value?.categories.map((each, at) => (
              <option key={each.key} value={each.key}>{[each.label, priceText(at)].filter(Boolean).join(" · ")}</option>
            ))}
          </select>
        </div>
      </div>
      <div class="field">
        <label for="wait-price">{texts.maxPrice(sale.value?.currency ?? "")}</label>
        <input id="wait-price" class="input" type="text" inputMode="decimal" value={maxPrice.value} aria-invalid={wrong} aria-describedby="wait-price-note" onInput={(typed) => (maxPrice.value = typed.currentTarget.value)} />
        <span id="wait-price-note" class={wrong ? "fault" : "soft small-text"}>{wrong ? texts.priceWrong : texts.priceHint}</span>
      </div>
      <label class="check"><input type="checkbox" checked={together.value} onChange={(changed) => (together.value = changed.currentTarget.checked)} />{t().best.together}</label>
      <button type="submit" class="button primary wide" aria-disabled={asking.value}>{asking.value ? t().common.loading : texts.join}</button>
    </form>
  );
}

function Standing({ shown }: { shown: Entry }) {
  if (shown.status === "offered") return <Offer shown={shown} />;
  return shown.status === "waiting" ? <Waiting shown={shown} /> : <Ended shown={shown} />;
}

function Waiting({ shown }: { shown: Entry }) {
  const texts = t().waitlist;
  const ahead = shown.ahead;
  return (
    <section class="card stack" aria-labelledby="waitlist-title">
      <div class="row apart"><h2 id="waitlist-title">{texts.waiting}</h2>{shown.position != null && <span class="big-place figures">{texts.position(shown.position)}</span>}</div>
      <p class="soft">{[shown.qty && plural(shown.qty, t().cart.count.one, t().cart.count.other), ahead != null && (ahead ? plural(ahead, t().queue.ahead.one, t().queue.ahead.other) : t().queue.noneAhead)].filter(Boolean).join(" · ")}</p>
      <p class="soft">{texts.waitingHint}</p>
      <Refused />
      <div><button type="button" class="button" onClick={() => void leave()}>{texts.leave}</button></div>
    </section>
  );
}

function Offer({ shown }: { shown: Entry }) {
  const texts = t().waitlist;
  const place = useRef<HTMLHeadingElement>(null);
  useSeconds();
  useLayoutEffect(() => place.current?.focus(), [shown.hold]);
  const until = Date.parse(shown.expires_at ?? "");
  return (
    <section class="card conflict stack" aria-labelledby="waitlist-title">
      <div class="row apart">
        <h2 id="waitlist-title" ref={place} tabIndex={-1}>{texts.offered}</h2>
        <span class="deadline figures"><Icon name="clock" size={16} />{t().cart.left(span(until - serverNow()))}</span>
      </div>
      <ul>{(shown.items ?? []).map((item) => <li class="row apart" key={item.seat}><span>{itemName(item)}</span><span class="figures">{money(item.price)}</span></li>)}</ul>
      <p class="soft">{texts.offerHint(clock(new Date(until - session.skewMs)))}</p>
      <Refused />
      <div class="row">
        <button type="button" class="button primary grow" onClick={() => void accept()}>{texts.accept(shown.total ? money(shown.total) : "")}</button>
        <button type="button" class="button" onClick={() => void decline()}>{texts.decline}</button>
      </div>
    </section>
  );
}

function Ended({ shown }: { shown: Entry }) {
  const texts = t().waitlist;
  const tone = shown.status === "accepted" ? "good" : "note";
  const text = texts.ended[shown.status as keyof typeof texts.ended] ?? "";
  return (
    <div class={`banner ${tone}`}>
      <div class="banner-text"><strong>{text}</strong></div>
      <button type="button" class="icon-button bare" aria-label={t().common.close} onClick={dismiss}><Icon name="cross" /></button>
    </div>
  );
}
