/** One page to pay: who it is for, how, and how much. What was typed stays, whatever the payment does. */
import "../ui/page.css";
import "./event.css";
import { computed, signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { identity } from "../client/browser";
import { Refusal } from "../client/errors";
import type { Hold, Order, Problem } from "../client/frames";
import { clock, money, t } from "../ui/i18n";
import { PageHead } from "../ui/head";
import { alert, Announcer, Banner, Icon, span, useSeconds } from "../ui/parts";
import { start } from "../ui/start";
import { keyed, read } from "./command";
import { itemName, problemText } from "./names";
import { CardFields, methodOf, takesCards } from "./stripe";

const ids = (location.pathname.split("/")[2] ?? "").split(",");
const METHODS = ["card", "pinned-second-step", "pinned-slow-card", "declined-card"] as const;

const holds = signal<readonly Hold[] | null>(null);
const event = signal("");
const name = signal("");
const email = signal("");
const method = signal<(typeof METHODS)[number]>("card");
const byCard = signal(false);
/** What Stripe says of the card. */
const cardFault = signal("");
/** A payment method of Stripe's for each hold, until it was refused: each is good for one payment. */
const methods = new Map<string, string>();
const faults = signal<{ name?: string; email?: string }>({});
const paying = signal(false);
const unknown = signal(false);
const declined = signal(false);
const problem = signal<Problem | null>(null);
/** A key for each hold and way to pay: pressing twice pays once, another way is another attempt. */
const keys = new Map<string, string>();
const until = computed(() => Math.min(...(holds.value ?? []).map((hold) => Date.parse(hold.expires_at))));

function keyOf(hold: string): string {
  const of = `${hold} ${methods.get(hold) ?? method.peek()} ${name.peek()} ${email.peek()}`;
  const kept = keys.get(of) ?? crypto.randomUUID();
  keys.set(of, kept);
  return kept;
}

function check(): boolean {
  const found: { name?: string; email?: string } = {};
  if (!name.value.trim()) found.name = t().checkout.nameMissing;
  if (!/^[^@\s]+@[^@\s]+$/.test(email.value.trim())) found.email = t().checkout.emailWrong;
  faults.value = found;
  return !found.name && !found.email;
}

class CardFault extends Error {}

/** What is sent for a hold: a way to pay in the sandbox, or a card that Stripe knows. */
async function paymentFor(hold: string): Promise<{ provider: string; method: string }> {
  if (!byCard.peek()) return { provider: "sandbox", method: method.peek() };
  const kept = methods.get(hold);
  if (kept) return { provider: "stripe", method: kept };
  const made = await methodOf(name.peek().trim(), email.peek().trim());
  if ("fault" in made) throw new CardFault(made.fault);
  methods.set(hold, made.id);
  return { provider: "stripe", method: made.id };
}

async function pay(): Promise<void> {
  if (paying.value || !holds.value) return;
  paying.value = true;
  problem.value = null;
  declined.value = false;
  cardFault.value = "";
  try {
    const orders: string[] = [];
    for (const hold of holds.value) {
      const body = {
        hold: hold.hold,
        buyer: { name: name.value.trim(), email: email.value.trim() },
        payment: await paymentFor(hold.hold),
      };
      orders.push((await keyed<Order>("/orders", body, keyOf(hold.hold))).order);
    }
    location.assign(`/tickets/${orders.join(",")}`);
  } catch (error) {
    if (error instanceof CardFault) {
      paying.value = false;
      cardFault.value = error.message;
      return alert(error.message);
    }
    if (!(error instanceof Refusal)) throw error;
    if (error.code === "already_booked" && (await toTickets())) return;
    refused(error.problem);
  }
}

/** What is paid already, in another tab or before the answer was lost, is shown with its tickets. */
async function toTickets(): Promise<boolean> {
  const { data } = await read<{ data: { order: string }[] }>("/orders").catch(() => ({ data: [] }));
  const orders = await Promise.all(data.map(({ order }) => read<Order>(`/orders/${encodeURIComponent(order)}`).catch(() => null)));
  const found = orders.filter((order) => order?.hold && ids.includes(order.hold)).map((order) => order?.order);
  if (found.length) location.replace(`/tickets/${found.join(",")}`);
  return found.length > 0;
}

function refused(why: Problem): void {
  paying.value = false;
  declined.value = why.code === "payment_declined";
  unknown.value = why.code === "outcome_unknown";
  problem.value = why;
  // A declined attempt is over; the next one is a new one.
  if (declined.value) keys.clear();
  if (!unknown.value) methods.clear();
  alert(problemText(why));
}

function CheckoutPage() {
  if (holds.value === null) return <main class="plain" aria-busy="true"><p class="soft">{t().common.loading}</p></main>;
  if (!holds.value.length) return <Gone />;
  const submit = (submitted: Event): void => {
    submitted.preventDefault();
    if (check()) void pay();
  };
  return (
    <>
      <Announcer />
      <main class="page">
        <PageHead title={t().checkout.title} back={event.value ? `/e/${event.value}` : ""} way={t().checkout.backToSeats}><Clock /></PageHead>
        <form class="two" noValidate onSubmit={submit}>
          <div class="stack">
            <Faults />
            <Outcome />
            <fieldset class="card pad stack">
              <legend class="sr-only">{t().checkout.buyer}</legend>
              <h2 aria-hidden="true">{t().checkout.buyer}</h2>
              <Field id="name" label={t().checkout.name} auto="name" value={name.value} fault={faults.value.name} on={(next) => (name.value = next)} />
              <Field id="email" label={t().checkout.email} auto="email" value={email.value} fault={faults.value.email} hint={t().checkout.emailHint} on={(next) => (email.value = next)} />
            </fieldset>
            <fieldset class="card pad">
              <legend class="sr-only">{t().checkout.payment}</legend>
              <h2 aria-hidden="true">{t().checkout.payment}</h2>
              {byCard.value ? <CardFields /> : <Sandbox />}
            </fieldset>
          </div>
          <aside class="card pad stack"><Sum /></aside>
        </form>
      </main>
    </>
  );
}

function Sandbox() {
  return (
    <>
      <p class="soft small-text pay-note">{t().checkout.sandbox}</p>
      {METHODS.map((each) => (
        <label class="option" key={each}>
          <input type="radio" name="method" value={each} checked={method.value === each} onChange={() => (method.value = each)} />
          <span>{t().checkout.methods[each]}</span>
        </label>
      ))}
    </>
  );
}

function Sum() {
  const all = holds.value ?? [];
  const items = all.flatMap((hold) => hold.items);
  const currency = all[0]?.total.currency ?? "EUR";
  const amount = all.reduce((sum, hold) => sum + Number(hold.total.amount), 0);
  const total = money({ amount: String(amount), currency });
  return (
    <>
      <h2>{t().cart.title}</h2>
      <div>
        {items.map((item) => (
          <div class="sum-line" key={item.seat}>
            <span>{itemName(item)}</span>
            <span class="figures">{money({ ...item.price, amount: String(Number(item.price.amount) * (item.qty ?? 1)) })}</span>
          </div>
        ))}
        {all.flatMap((hold) => hold.fees ?? []).map((fee) => (
          <div class="sum-line soft" key={fee.name}><span>{fee.included ? t().cart.included(fee.name) : fee.name}</span><span class="figures">{money(fee.amount)}</span></div>
        ))}
        <div class="sum-line all"><span>{t().cart.total}</span><span class="figures">{total}</span></div>
      </div>
      <button type="submit" class="button primary wide" aria-disabled={paying.value}>
        {paying.value ? t().checkout.paying : t().checkout.pay(total)}
      </button>
    </>
  );
}

function Clock() {
  const left = until.value - useSeconds();
  return <span class="deadline figures"><Icon name="clock" size={16} />{t().cart.left(span(left))}</span>;
}

function Field(props: { id: "name" | "email"; label: string; auto: "name" | "email"; value: string; fault?: string | undefined; hint?: string; on: (value: string) => void }) {
  const { id, fault, hint } = props;
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <input id={id} class="input" type="text" inputMode={props.auto === "email" ? "email" : "text"} autocomplete={props.auto} required value={props.value} aria-invalid={Boolean(fault)} aria-describedby={`${id}-note`} onInput={(typed) => props.on(typed.currentTarget.value)} />
      <span id={`${id}-note`} class={fault ? "fault" : "soft small-text"}>{fault ?? hint ?? ""}</span>
    </div>
  );
}

/** What is wrong with what was typed, each with the way to it; focus goes here first. */
function Faults() {
  const place = useRef<HTMLDivElement>(null);
  const found = Object.entries(faults.value);
  useLayoutEffect(() => {
    if (found.length) place.current?.focus();
  }, [faults.value]);
  if (!found.length) return null;
  return (
    <div class="banner bad" ref={place} tabIndex={-1}>
      <Icon name="warn" />
      <div class="banner-text">
        <strong>{t().checkout.faults}</strong>
        <ul>{found.map(([id, text]) => <li key={id}><a href={`#${id}`}>{text}</a></li>)}</ul>
      </div>
    </div>
  );
}

/** What became of the payment; focus goes here, because on a phone the button is far below. */
function Outcome() {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (problem.value || cardFault.value) place.current?.focus();
  }, [problem.value, cardFault.value]);
  return <div ref={place} tabIndex={-1}><Became /></div>;
}

function Became() {
  if (cardFault.value) return <Banner tone="bad" title={cardFault.value} />;
  if (paying.value && unknown.value) return <Banner tone="note" title={t().checkout.checking} />;
  if (declined.value) return <Banner tone="bad" title={`${t().checkout.declined}. `}><span>{t().checkout.declinedHint(clock(new Date(until.value)))}</span></Banner>;
  return problem.value ? <Banner tone="bad" title={problemText(problem.value)} /> : null;
}

function Gone() {
  return (
    <main class="plain">
      <h1>{t().checkout.gone}</h1>
      {event.value && <p><a class="button primary" href={`/e/${event.value}`}>{t().checkout.backToSeats}</a></p>}
    </main>
  );
}

/** Whoever chose places in a page of somebody else's comes with a code, which no server is sent as a part of the address. */
async function takeOver(): Promise<void> {
  const code = new URLSearchParams(location.hash.slice(1)).get("handover");
  if (code === null) return;
  history.replaceState(null, "", location.pathname + location.search);
  await identity.takeOver(code);
  // The event's page, one step back from here, shows the same places.
  sessionStorage.setItem(`holdfast.holds.${event.peek()}`, JSON.stringify(ids));
}

/** Whether an event is for sale or for trying out. */
async function modeOf(id: string): Promise<string> {
  const told = await read<{ mode?: string }>(`/events/${encodeURIComponent(id)}`).catch(() => null);
  return told?.mode ?? "live";
}

async function load(): Promise<void> {
  event.value = new URLSearchParams(location.search).get("event") ?? "";
  await takeOver();
  byCard.value = takesCards && (await modeOf(event.peek())) !== "test";
  let booked = false;
  const none = (error: unknown): null => {
    booked ||= error instanceof Refusal && error.code === "already_booked";
    return null;
  };
  const found = await Promise.all(ids.map((id) => read<Hold>(`/holds/${encodeURIComponent(id)}`).catch(none)));
  if (booked && (await toTickets())) return;
  holds.value = found.filter((hold): hold is Hold => hold !== null && hold.items.length > 0);
}

void start(() => <CheckoutPage />).then(load);
