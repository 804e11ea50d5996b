/** Reports: the house in groups, day by day, and order by order; each to be taken away as a file. */
import "./reports.css";
import { signal } from "@preact/signals";
import { failed, loadPlan, plan, sale } from "../buyer/sale";
import { LoadFailed } from "../buyer/states";
import type { Money, Problem } from "../client/frames";
import { clock, money, number, plural, stamp } from "../ui/i18n";
import { newest } from "../ui/newest";
import { ask, download, refusal } from "./calls";
import type { Tally } from "./figures";
import { eventId, Head, loadEvent, Missing, startHouse, Trouble, Waiting } from "./house";
import { h } from "./texts";
import { tell } from "./toast";

const GROUPS = ["category", "section", "channel", "status"] as const;
type By = (typeof GROUPS)[number];
type Kind = "csv" | "parquet";
const ORDERS_PAGE = 50;

interface Day {
  day: string;
  holds: number;
  orders: number;
  sold: number;
  returned: number;
  refused: number;
  revenue: Money;
  refunds: Money;
}

interface Order {
  order: string;
  section: string;
  status: "pending" | "confirmed" | "cancelled" | "lapsed";
  places: number;
  amount: Money;
  refunded: Money;
  placed_at: string;
  buyer_name: string | null;
  buyer_email: string | null;
}

const by = signal<By>("category");
const rows = signal<{ as_of: string; rows: Tally[] } | null>(null);
const days = signal<{ behind: number; days: Day[]; total: Omit<Day, "day"> } | null>(null);
const orders = signal<{ data: Order[]; next: string | null } | null>(null);
const wrong = signal<Problem | null>(null);

async function trying(what: () => Promise<void>): Promise<void> {
  try {
    await what();
    wrong.value = null;
  } catch (error) {
    wrong.value = refusal(error);
  }
}

const rowsAsked = newest();

async function readRows(): Promise<void> {
  const isNews = rowsAsked();
  const told = await ask<{ as_of: string; rows: Tally[] }>(`/events/${eventId}/report?by=${by.peek()}`);
  if (isNews()) rows.value = told;
}

async function readDays(): Promise<void> {
  days.value = await ask(`/analytics/daily?event=${eventId}`);
}

async function readOrders(more = false): Promise<void> {
  const query = new URLSearchParams({ limit: String(ORDERS_PAGE) });
  const before = more ? orders.peek() : null;
  if (before?.next) query.set("after", before.next);
  const page = await ask<{ data: Order[]; next: string | null }>(`/events/${eventId}/orders?${query}`);
  // Whoever pressed twice has this page already.
  if (more && orders.peek() !== before) return;
  orders.value = { data: [...(before?.data ?? []), ...page.data], next: page.next };
}

function take(path: string, name: string, kind: Kind): void {
  const file = `${eventId}-${name}.${kind}`;
  void trying(async () => {
    await download(`${path}format=${kind}`, file);
    tell(h().reports.taken(file));
  });
}

function ReportsPage() {
  if (sale.value === null) return <Missing />;
  if (failed.value) return <LoadFailed />;
  if (!sale.value) return <Waiting />;
  return (
    <>
      <Head title={sale.value.name} at="reports" event />
      <main class="house-main">
        <Trouble why={wrong.value} close={() => (wrong.value = null)} />
        <Groups />
        <Days />
        <Orders />
      </main>
    </>
  );
}

/** The same as a file: text for spreadsheets, columns for what counts further. */
function Files({ path, name }: { path: string; name: string }) {
  const words = h().reports;
  return (
    <div class="row">
      <button type="button" class="button small" onClick={() => take(path, name, "csv")} aria-label={words.as(name, "CSV")}>CSV</button>
      <button type="button" class="button small" onClick={() => take(path, name, "parquet")} aria-label={words.as(name, "Parquet")}>Parquet</button>
    </div>
  );
}

function Groups() {
  const words = h().reports;
  const told = rows.value;
  const change = (next: By): void => {
    by.value = next;
    void trying(readRows);
  };
  const sum = (which: "free" | "held" | "sold" | "blocked" | "total"): number => (told?.rows ?? []).reduce((all, row) => all + row[which], 0);
  const currency = sale.value?.currency ?? "EUR";
  const value = (told?.rows ?? []).reduce((all, row) => all + Number(row.value.amount), 0);
  return (
    <section class="stack" aria-labelledby="groups">
      <div class="row apart">
        <h2 id="groups">{words.groups}</h2>
        <div class="row">
          <label for="by" class="soft small-text">{words.by}</label>
          <select id="by" class="select report-by" value={by.value} onChange={(event) => change(event.currentTarget.value as By)}>
            {GROUPS.map((each) => <option key={each} value={each}>{words.names[each]}</option>)}
          </select>
          <Files path={`/events/${eventId}/report?by=${by.value}&`} name={words.names[by.value]} />
        </div>
      </div>
      <div class="scroller" tabIndex={0} role="group" aria-labelledby="groups">
        <table class="table figures">
          <thead><tr><th scope="col">{words.names[by.value]}</th>{[words.free, words.held, words.sold, words.blocked, words.total, words.value].map((each) => <th scope="col" key={each}>{each}</th>)}</tr></thead>
          <tbody>
            {told?.rows.map((row) => (
              <tr key={row.key}><th scope="row">{nameOf(row.key)}</th><td>{number(row.free)}</td><td>{number(row.held)}</td><td>{number(row.sold)}</td><td>{number(row.blocked)}</td><td>{number(row.total)}</td><td>{money(row.value)}</td></tr>
            ))}
          </tbody>
          <tfoot><tr><th scope="row">{words.all}</th><td>{number(sum("free"))}</td><td>{number(sum("held"))}</td><td>{number(sum("sold"))}</td><td>{number(sum("blocked"))}</td><td>{number(sum("total"))}</td><td data-figure="value">{money({ amount: value.toFixed(2), currency })}</td></tr></tfoot>
        </table>
      </div>
      {told && <p class="soft small-text figures">{h().tiles.asOf(clock(new Date(told.as_of), true))}</p>}
    </section>
  );
}

function nameOf(key: string): string {
  if (by.value === "channel" && !key) return h().reports.noChannel;
  if (by.value === "category") return plan.value?.categories.find((each) => each.key === key)?.label ?? key;
  if (by.value !== "status") return key;
  return h().reports[key as "free" | "held" | "sold" | "blocked"] ?? key;
}

function Days() {
  const words = h().reports;
  const told = days.value;
  return (
    <section class="stack" aria-labelledby="days">
      <h2 id="days">{words.days}</h2>
      {told?.days.length === 0 ? <p class="soft">{words.noDays}</p> : (
        <div class="scroller" tabIndex={0} role="group" aria-labelledby="days">
          <table class="table figures">
            <thead><tr>{[words.day, words.holds, words.ordersCount, words.sold, words.returned, words.refused, words.revenue, words.refunds].map((each) => <th scope="col" key={each}>{each}</th>)}</tr></thead>
            <tbody>{told?.days.map((day) => <DayRow key={day.day} name={day.day} day={day} />)}</tbody>
            {told && <tfoot><DayRow name={words.all} day={told.total} /></tfoot>}
          </table>
        </div>
      )}
      {told?.behind ? <p class="soft small-text figures">{plural(told.behind, h().board.behind.one, h().board.behind.other)}</p> : null}
    </section>
  );
}

function DayRow({ name, day }: { name: string; day: Omit<Day, "day"> }) {
  const counts = [day.holds, day.orders, day.sold, day.returned, day.refused];
  return <tr><th scope="row">{name}</th>{counts.map((each, at) => <td key={at}>{number(each)}</td>)}<td>{money(day.revenue)}</td><td>{money(day.refunds)}</td></tr>;
}

function Orders() {
  const words = h().reports;
  const told = orders.value;
  return (
    <section class="stack" aria-labelledby="orders">
      <div class="row apart"><h2 id="orders">{words.orders}</h2><Files path={`/events/${eventId}/orders?`} name={words.orders} /></div>
      {told?.data.length === 0 ? <p class="soft">{words.noOrders}</p> : (
        <div class="scroller tall" tabIndex={0} role="group" aria-labelledby="orders">
          <table class="table figures">
            <thead><tr><th scope="col">{words.placed}</th><th scope="col" class="text">{words.buyer}</th><th scope="col" class="text">{words.status}</th>{[words.places, words.amount, words.refunded].map((each) => <th scope="col" key={each}>{each}</th>)}</tr></thead>
            <tbody>
              {told?.data.map((each) => (
                <tr key={each.order}>
                  <th scope="row"><time dateTime={each.placed_at}>{stamp(new Date(each.placed_at))}</time></th>
                  <td class="text">{each.buyer_name ?? words.erased} <span class="soft">{each.buyer_email ?? ""}</span></td>
                  <td class="text">{words.statuses[each.status]}</td>
                  <td>{number(each.places)}</td><td>{money(each.amount)}</td><td>{money(each.refunded)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {told?.next && (
        <div class="row apart">
          <p class="soft small-text figures">{words.orderPart(number(told.data.length))}</p>
          <button type="button" class="button" onClick={() => void trying(() => readOrders(true))}>{words.more}</button>
        </div>
      )}
    </section>
  );
}

void startHouse(() => <ReportsPage />, async () => {
  await Promise.all([loadEvent(), loadPlan()]);
  if (!sale.value) return;
  document.title = h().reports.title(sale.value.name);
  for (const each of [readRows, readDays, () => readOrders()]) await trying(each);
});
