/** The cart: what is held, until when, and what can be done about it. A card beside the map, a sheet below it on phones. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Item } from "../client/frames";
import { clock, money, plural, t } from "../ui/i18n";
import { Icon, span, useSeconds } from "../ui/parts";
import { site } from "../ui/site";
import {
  deadline, expired, extend, holds, items, lose, lostText, pending, placesHeld, releaseSeat, renewals, total, tryAgain,
} from "./cart"; // prettier-ignore
import { serverNow, session } from "./live";
import { eventId } from "./sale";
import { itemName } from "./names";

const WARN_MS = 60_000;
const open = signal(false);

export function CartTray() {
  useSeconds(holds.value.length > 0);
  const until = deadline.value;
  const leftMs = until === null ? 0 : until - serverNow();
  useEffect(() => {
    if (until !== null && leftMs <= 0) for (const hold of holds.peek()) if (Date.parse(hold.expires_at) <= serverNow()) lose(hold.hold);
  });
  const lost = expired.value.length > 0;
  if (!items.value.length) return lost ? <section class="card cart lost" aria-labelledby="lost-title"><Expired /></section> : <section class="card cart empty" aria-labelledby="cart-title"><h2 id="cart-title">{t().cart.title}</h2><p class="soft">{pending.value.size ? t().cart.holding : t().cart.empty}</p></section>;
  return (
    <section class={`card cart ${open.value ? "open" : ""} ${lost ? "lost" : ""} ${leftMs < WARN_MS ? "ending" : ""}`} aria-labelledby="cart-title">
      {lost && <Expired />}
      <div class="row apart cart-head">
        <h2 id="cart-title">{t().cart.title}</h2>
        <Deadline until={until ?? 0} leftMs={leftMs} />
      </div>
      <div class="cart-body">
        <ul class="cart-items">{items.value.map((item) => <Line key={item.seat} item={item} />)}</ul>
        {holds.value.flatMap((hold) => hold.fees ?? []).map((fee) => (
          <p class="row apart soft small-text" key={fee.name}><span>{fee.included ? t().cart.included(fee.name) : fee.name}</span><span class="figures">{money(fee.amount)}</span></p>
        ))}
        {holds.value.length > 1 && <p class="soft small-text">{t().cart.twoOrders}</p>}
      </div>
      {leftMs < WARN_MS && <Expiring />}
      <div class="row apart cart-total">
        <button type="button" class="cart-toggle" aria-expanded={open.value} onClick={() => (open.value = !open.value)}>
          <Icon name={open.value ? "down" : "up"} size={18} />
          <span class="figures">{plural(placesHeld.value, t().cart.count.one, t().cart.count.other)}</span>
        </button>
        <span class="soft figures cart-count">{plural(placesHeld.value, t().cart.count.one, t().cart.count.other)}</span>
        <strong class="figures sum">{money(total.value)}</strong>
      </div>
      <div class="row cart-actions">
        {renewals.value > 0 && <button type="button" class="button" onClick={() => void extend()}>{t().cart.extend}</button>}
        <a class="button primary grow" href={`${site.server}/checkout/${holds.value.map((hold) => hold.hold).join(",")}?event=${eventId}`} onClick={pay}>{t().cart.checkout}</a>
      </div>
    </section>
  );
}

/** A page of somebody else's takes whose holds these are along to the till. */
function pay(pressed: MouseEvent): void {
  if (!site.pay) return;
  pressed.preventDefault();
  site.pay(holds.peek().map((hold) => hold.hold));
}

function Deadline({ until, leftMs }: { until: number; leftMs: number }) {
  return (
    <span class="deadline figures" title={t().cart.until(clock(new Date(until - session.skewMs), true))}>
      <Icon name="clock" size={16} />
      <span>{t().cart.left(span(leftMs))}</span>
      <span class="sr-only">. {t().cart.until(clock(new Date(until - session.skewMs)))}</span>
    </span>
  );
}

function Line({ item }: { item: Item }) {
  const amount = { ...item.price, amount: String(Number(item.price.amount) * (item.qty ?? 1)) };
  return (
    <li class="cart-item">
      <span class="line-main">
        <span class="line-title">{itemName(item)}</span>
        <span class="soft small-text">{item.type === "standard" ? "" : item.type}</span>
      </span>
      <span class="figures">{money(amount)}</span>
      <button type="button" class="icon-button bare" aria-label={t().cart.remove(itemName(item))} aria-disabled={pending.value.has(item.seat)} onClick={() => void releaseSeat(item.seat)}>
        <Icon name="cross" size={16} />
      </button>
    </li>
  );
}

function Expiring() {
  return (
    <div class="banner warn">
      <p class="banner-text">{t().cart.expiring}</p>
    </div>
  );
}

/** What was lost; what is still held stays below it. */
function Expired() {
  return (
    <>
      <h2 id="lost-title">{t().cart.expired}</h2>
      <p class="soft">{t().cart.expiredHint(lostText())}</p>
      <div class="row">
        <button type="button" class="button primary grow" onClick={() => void tryAgain()}>{t().cart.again}</button>
        <button type="button" class="button" onClick={() => (expired.value = [])}>{t().common.close}</button>
      </div>
    </>
  );
}

