/** An account from inside: one's orders, and where one is signed in. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Order } from "../client/frames";
import { moment, money, plural, t } from "../ui/i18n";
import { Icon, say } from "../ui/parts";
import { act, ask, type OrderLine, type Page, type SignedInAt } from "./calls";
import { attempt, leave, look, me } from "./state";
import { a } from "./texts";

interface Bought extends OrderLine {
  stands?: Order;
}

const orders = signal<readonly Bought[] | null>(null);
const next = signal<string | null>(null);
const sessions = signal<readonly SignedInAt[]>([]);

/** A page of orders, each with how it stands; one whose section does not answer is named all the same. */
async function loadOrders(after: string | null): Promise<void> {
  const page = await ask<Page<OrderLine>>(`/orders${after ? `?after=${encodeURIComponent(after)}` : ""}`);
  const found = await Promise.all(page.data.map(async (line): Promise<Bought> => {
    const stands = await ask<Order>(`/orders/${encodeURIComponent(line.order)}`).catch(() => undefined);
    return stands ? { ...line, stands } : line;
  }));
  // Whoever pressed twice has this page already.
  if (after && next.peek() !== after) return;
  orders.value = after ? [...(orders.peek() ?? []), ...found] : found;
  next.value = page.next ?? null;
}

export function Orders() {
  const texts = a();
  useEffect(() => void look(() => loadOrders(null)), []);
  const shown = orders.value;
  return (
    <section class="card pad stack" aria-labelledby="orders" aria-busy={shown === null}>
      <h2 id="orders">{texts.orders}</h2>
      {shown?.length === 0 && <p class="soft">{texts.noOrders}</p>}
      <ul class="lines">{shown?.map((each) => <Line key={each.order} bought={each} />)}</ul>
      {next.value && <div><button type="button" class="button" onClick={() => void look(() => loadOrders(next.value))}>{t().home.more}</button></div>}
    </section>
  );
}

function Line({ bought }: { bought: Bought }) {
  const { stands } = bought;
  const places = stands?.tickets?.reduce((sum, item) => sum + (item.qty ?? 1), 0) ?? 0;
  const facts = [stands && a().standing[stands.status], places > 0 && plural(places, t().cart.count.one, t().cart.count.other), stands && money(stands.amount)];
  return (
    <li class="line">
      <a class="line-way" href={`/tickets/${bought.order}`}>
        <span class="line-main"><strong>{bought.event_name || bought.event}</strong><span class="soft small-text">{moment(new Date(bought.created_at))}</span></span>
        <span class="soft small-text figures">{facts.filter(Boolean).join(" · ")}</span>
        <Icon name="forth" size={16} />
      </a>
    </li>
  );
}

async function loadSessions(): Promise<void> {
  sessions.value = (await ask<Page<SignedInAt>>("/auth/sessions")).data;
}

function end(session: SignedInAt): Promise<boolean> {
  return attempt(async () => {
    if (session.current) return signOut();
    await act("DELETE", `/auth/sessions/${encodeURIComponent(session.session)}`);
    await loadSessions();
    say(a().ended(session.client));
  });
}

async function signOut(): Promise<void> {
  await act("POST", "/auth/logout", {});
  leave();
}

export function Sessions() {
  const texts = a();
  useEffect(() => void look(loadSessions), []);
  return (
    <section class="card pad stack" aria-labelledby="sessions">
      <h2 id="sessions">{texts.sessions}</h2>
      <ul class="lines">
        {sessions.value.map((each) => (
          <li class="line" key={each.session}>
            <span class="line-main">
              <strong>{each.client === "unnamed" ? texts.unnamed : each.client}{each.current ? ` (${texts.here})` : ""}</strong>
              <span class="soft small-text">{texts.used(moment(new Date(each.used_at)))}</span>
            </span>
            <button type="button" class="button small" aria-label={`${each.current ? texts.signOut : texts.end}: ${each.client}`} onClick={() => void end(each)}>{each.current ? texts.signOut : texts.end}</button>
          </li>
        ))}
      </ul>
      {sessions.value.length > 1 && (
        <div><button type="button" class="button" onClick={() => void attempt(async () => {
          await act("POST", "/auth/logout", { everywhere: true });
          leave();
        })}>{texts.signOutEverywhere}</button></div>
      )}
    </section>
  );
}

/** Who one is, and the way out. */
export function Whoami() {
  const shown = me.value;
  return (
    <div class="row">
      <span class="soft">{shown?.name ? `${shown.name} · ${shown.email}` : shown?.email}</span>
      <button type="button" class="button" onClick={() => void attempt(signOut)}>{a().signOut}</button>
    </div>
  );
}
