/** An order and its tickets: until it is paid what is missing, and then a card with its code for each. */
import "../ui/page.css";
import "./event.css";
import { computed, signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { rest } from "../client/browser";
import { Refusal } from "../client/errors";
import type { Money, Order } from "../client/frames";
import { clock, money, t } from "../ui/i18n";
import { AccountLink, PageHead } from "../ui/head";
import { Announcer, Banner, Drawing, say } from "../ui/parts";
import { start } from "../ui/start";
import { read } from "./command";
import { problemText, seatName } from "./names";
import { secondStep } from "./stripe";

interface Ticket {
  ticket: string;
  event: string;
  event_name: string;
  status: "valid" | "used" | "void";
  seat: string;
  section: string;
  type: string;
  category: string;
  price: Money;
  holder: string;
  row?: string;
  place?: string;
  table?: string;
  entrance?: string;
}

const PRINTER = "M7 9V4h10v5M7 17H4v-7h16v7h-3M7 14h10v6H7z";
const FILE = "M14 3H6v18h12V7zM14 3v4h4";
/** A payment that takes time is asked for again, less and less often. */
const ASK_FIRST_MS = 700;
const ASK_MAX_MS = 5_000;

const ids = (location.pathname.split("/")[2] ?? "").split(",");
const orders = signal<readonly Order[] | null>(null);
const tickets = signal<readonly Ticket[]>([]);
const missing = signal("");
const pending = computed(() => (orders.value ?? []).filter((order) => order.status === "pending"));
const booked = computed(() => (orders.value ?? []).some((order) => order.status === "confirmed"));
const returning = (order: Order): boolean => order.payment?.status === "refunding";
/** Whether the event has a date to be put into a calendar. */
const dated = signal(false);
let askMs = ASK_FIRST_MS;
let asked = 0;
let timer = 0;

/** How the orders stand; an answer that a later question overtakes is no news. */
async function load(): Promise<void> {
  clearTimeout(timer);
  asked += 1;
  const mine = asked;
  try {
    const before = pending.peek().length;
    const told = await Promise.all(ids.map((id) => read<Order>(`/orders/${encodeURIComponent(id)}`)));
    if (mine !== asked) return;
    orders.value = told;
    const confirmed = orders.value.filter((order) => order.status === "confirmed");
    const found = await Promise.all(confirmed.map((order) => read<{ tickets: Ticket[] }>(`/orders/${order.order}/tickets`)));
    if (mine !== asked) return;
    tickets.value = found.flatMap((each) => each.tickets);
    const event = confirmed[0]?.event;
    if (event) dated.value = Boolean((await read<{ starts_at?: string | null }>(`/events/${event}`).catch(() => null))?.starts_at);
    if (confirmed.length && (before || !pending.value.length)) say(t().tickets.booked);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (mine !== asked) return;
    missing.value = error.code === "not_found" ? t().tickets.notFound : problemText(error.problem);
    if (error.problem.retryable) return again();
  }
  if (pending.value.length || orders.value?.some(returning)) again();
}

function again(): void {
  timer = window.setTimeout(() => void load(), askMs);
  askMs = Math.min(ASK_MAX_MS, askMs * 1.5);
}

async function answer(order: Order, approve: boolean): Promise<void> {
  const body = JSON.stringify({ client_secret: order.payment?.client_secret, approve });
  // Without an answer the page shows what is so, and the same can be pressed again.
  await rest("/payments/sandbox/approve", { method: "POST", headers: { "Content-Type": "application/json" }, body }).catch(() => null);
  askMs = ASK_FIRST_MS;
  await load();
}

/** What went wrong when the bank was to ask. */
const stepFault = signal("");

async function confirmCard(order: Order): Promise<void> {
  stepFault.value = (await secondStep(order.payment?.client_secret ?? "")) ?? "";
  askMs = ASK_FIRST_MS;
  await load();
}

function TicketsPage() {
  if (missing.value && !orders.value) return <main class="plain"><h1>{missing.value}</h1><p class="soft">{t().tickets.notFoundHint}</p></main>;
  if (!orders.value) return <main class="plain" aria-busy="true"><p class="soft">{t().common.loading}</p></main>;
  const event = orders.value.find((order) => order.event)?.event;
  return (
    <>
      <Announcer />
      <main class="page">
        <PageHead title={booked.value ? t().tickets.title : pending.value.length ? t().tickets.pending : t().tickets.title} back={event ? `/e/${event}` : ""} way={t().tickets.toEvent}>
          {booked.value && <div class="row"><AccountLink /><Papers event={event} /></div>}
        </PageHead>
        {orders.value.map((order) => <Standing key={order.order} order={order} />)}
        {tickets.value.length > 0 && <p class="soft">{t().tickets.show}</p>}
        <ul class="ticket-list">{tickets.value.map((each) => <Card key={each.ticket} ticket={each} />)}</ul>
      </main>
    </>
  );
}

function Papers({ event }: { event: string | null | undefined }) {
  return (
    <>
      {dated.value && <a class="button" href={`/v1/events/${event}/calendar.ics`} download>{t().sale.calendar}</a>}
      <button type="button" class="button" onClick={() => print()}><Drawing path={PRINTER} />{t().tickets.print}</button>
      {(orders.value ?? []).filter((order) => order.status === "confirmed").map((order) => (
        <button type="button" class="button primary" key={order.order} onClick={() => void save(`/orders/${order.order}/tickets.pdf`, `${order.order}.pdf`)}><Drawing path={FILE} />{t().tickets.pdf}</button>
      ))}
    </>
  );
}

/** Fetched with the buyer's token and handed over as a file: an address alone opens nothing. */
async function save(path: string, name: string): Promise<void> {
  const reply = await rest(path);
  if (!reply.ok) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await reply.blob());
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), ASK_MAX_MS);
}

function Standing({ order }: { order: Order }) {
  const texts = t().tickets;
  const place = useRef<HTMLHeadingElement>(null);
  const card = order.payment?.provider === "stripe";
  const action = order.status === "pending" && order.payment?.status === "requires_action";
  useLayoutEffect(() => {
    if (action) place.current?.focus();
  }, [action]);
  if (action) {
    return (
      <section class="card pad stack">
        <h2 ref={place} tabIndex={-1}>{texts.step}</h2>
        <p class="soft">{card ? texts.stepStripe : texts.stepHint} <strong class="figures">{money(order.amount)}</strong></p>
        {stepFault.value && <Banner tone="bad" title={stepFault.value} />}
        <div class="row">
          <button type="button" class="button primary" onClick={() => void (card ? confirmCard(order) : answer(order, true))}>{texts.approve}</button>
          {!card && <button type="button" class="button" onClick={() => void answer(order, false)}>{texts.decline}</button>}
        </div>
      </section>
    );
  }
  if (order.status === "confirmed") return <Banner tone="good" title={texts.booked} />;
  if (order.status === "pending") {
    const until = order.pay_by ? clock(new Date(order.pay_by)) : "";
    return <div aria-busy="true"><Banner tone="note" title={`${texts.pending}. `}><span>{texts.pendingHint(until)}</span></Banner></div>;
  }
  const declined = order.payment?.status === "declined";
  return (
    <div aria-busy={returning(order)}>
      <Banner tone="bad" title={`${declined ? texts.declined : texts.cancelled}. `}><span>{!declined && texts.cancelledHint} {moneyBack(order)}</span></Banner>
    </div>
  );
}

function moneyBack({ payment }: Order): string {
  if (!payment?.refunded) return "";
  const amount = money(payment.refunded);
  return payment.status === "refunding" ? t().tickets.refunding(amount) : t().tickets.refunded(amount);
}

function Card({ ticket }: { ticket: Ticket }) {
  const texts = t().tickets;
  const name = seatName(ticket.seat);
  return (
    <li class={`ticket ${ticket.status === "void" ? "void" : ""}`}>
      <div class="ticket-text">
        <div>
          <p class="soft small-text">{ticket.event_name}</p>
          <h2 class="ticket-seat">{name}</h2>
        </div>
        <dl class="facts">
          <div><dt>{texts.holder}</dt><dd>{ticket.holder}</dd></div>
          {ticket.entrance && <div><dt>{texts.entrance}</dt><dd>{ticket.entrance}</dd></div>}
        </dl>
        <div class="row apart">
          <span class="soft figures">{money(ticket.price)}</span>
          <button type="button" class="button small no-print" aria-label={`${texts.one}, ${name}`} onClick={() => void save(`/tickets/${ticket.ticket}.pdf`, `${ticket.ticket}.pdf`)}><Drawing path={FILE} size={16} />{texts.one}</button>
        </div>
      </div>
      <div class="ticket-stub"><Code ticket={ticket} name={name} /></div>
    </li>
  );
}

function Code({ ticket, name }: { ticket: Ticket; name: string }) {
  const picture = useRef<HTMLImageElement>(null);
  useEffect(() => {
    let address = "";
    void rest(`/tickets/${ticket.ticket}.svg`).then(async (reply) => {
      if (!reply.ok || !picture.current) return;
      address = URL.createObjectURL(await reply.blob());
      picture.current.src = address;
    });
    return () => URL.revokeObjectURL(address);
  }, [ticket.ticket]);
  return <img ref={picture} class="qr" alt={t().tickets.qr(name)} />;
}

void start(() => <TicketsPage />).then(load);
