/** An event and its prices: how it is announced, what places cost, and what opens, pauses and closes it. */
import { signal } from "@preact/signals";
import { failed, loadPlan, plan, sale, saleAsked, type Sale } from "../buyer/sale";
import { LoadFailed } from "../buyer/states";
import { money } from "../ui/i18n";
import { act, refusal } from "./calls";
import { Confirm, confirm } from "./confirm";
import { SaleControls } from "./controls";
import { busy, doing } from "./doing";
import { readRoom } from "./figures";
import { fromField, toField } from "./hours";
import { eventId, Head, loadEvent, Missing, startHouse, trouble, Trouble, Waiting } from "./house";
import { PlacesForm } from "./placesform";
import { RoomForm } from "./roomform";
import { h } from "./texts";

/** Prices that were set from here: what a sale began with is all that its event tells. */
const changed = signal<Readonly<Record<string, string>>>({});

function announce(form: FormData): void {
  const body = { name: String(form.get("name")).trim(), description: String(form.get("description")), starts_at: fromField(String(form.get("starts"))), ...(form.has("opens") && { opens_at: fromField(String(form.get("opens"))) }) };
  void doing(async () => {
    const isNews = saleAsked();
    const told = await act<Sale>(`/events/${eventId}`, body, { method: "PATCH" });
    if (isNews()) sale.value = told;
  }, h().sale.announced);
}

function SalePage() {
  if (sale.value === null) return <Missing />;
  if (failed.value && !(sale.value && plan.value)) return <LoadFailed />;
  if (!sale.value || !plan.value) return <Waiting />;
  return (
    <>
      <Head title={sale.value.name} at="sale" event />
      <main class="house-main">
        <Trouble why={trouble.value} close={() => (trouble.value = null)} seek />
        <SaleControls />
        <Announcement event={sale.value} />
        <RoomForm />
        <Prices event={sale.value} />
        <PlacesForm />
      </main>
      <Confirm />
    </>
  );
}

function Announcement({ event }: { event: Sale & { description?: string } }) {
  const words = h().sale;
  const submit = (submitted: SubmitEvent): void => {
    submitted.preventDefault();
    announce(new FormData(submitted.currentTarget as HTMLFormElement));
  };
  return (
    <section class="card stack" aria-labelledby="announcement">
      <h2 id="announcement">{words.announcement}</h2>
      <form class="stack" onSubmit={submit}>
        <div class="fields">
          <div class="field"><label for="name">{h().events.name}</label><input id="name" name="name" class="input" required maxLength={200} defaultValue={event.name} /></div>
          <div class="field"><label for="starts">{words.starts}</label><input id="starts" name="starts" class="input" type="datetime-local" defaultValue={toField(event.starts_at)} /></div>
          {(event.status === "draft" || event.status === "published") && (
            <div class="field">
              <label for="sale-opens">{words.opens}</label>
              <input id="sale-opens" name="opens" class="input" type="datetime-local" defaultValue={toField(event.opens_at)} aria-describedby="sale-opens-hint" />
              <p id="sale-opens-hint" class="soft small-text">{words.opensHint}</p>
            </div>
          )}
        </div>
        <div class="field"><label for="description">{words.description}</label><textarea id="description" name="description" class="input" rows={4} maxLength={10_000} defaultValue={event.description ?? ""} /></div>
        <div><button class="button primary" disabled={busy.value}>{words.save}</button></div>
      </form>
    </section>
  );
}

function Prices({ event }: { event: Sale }) {
  const words = h().sale;
  return (
    <section class="card stack" aria-labelledby="prices">
      <div class="stack tight">
        <h2 id="prices">{words.prices}</h2>
        <p class="soft small-text">{words.pricesHint}</p>
      </div>
      <ul class="lines">
        {Object.entries(event.prices ?? {}).flatMap(([category, types]) =>
          Object.entries(types).map(([type, amount]) => <Price key={`${category} ${type}`} category={category} type={type} amount={amount} currency={event.currency} />),
        )}
      </ul>
    </section>
  );
}

function Price({ category, type, amount, currency }: { category: string; type: string; amount: string; currency: string }) {
  const words = h().sale;
  const label = plan.value?.categories.find((each) => each.key === category)?.label ?? category;
  const name = `${label}, ${type}`;
  const set = changed.value[`${category} ${type}`];
  const submit = (submitted: SubmitEvent): void => {
    submitted.preventDefault();
    const wanted = String(new FormData(submitted.currentTarget as HTMLFormElement).get("amount")).replace(",", ".");
    const shown = money({ amount: wanted, currency });
    const on = (): void => void doing(async () => {
      await act(`/events/${eventId}/prices`, { category, type, amount: wanted });
      changed.value = { ...changed.peek(), [`${category} ${type}`]: wanted };
    }, words.priceSaid(name, shown));
    confirm({ title: words.priceTitle(name, shown), text: words.priceText, go: words.set, on });
  };
  return (
    <li>
      <form class="row apart" onSubmit={submit} data-price={`${category} ${type}`}>
        <span class="price-of"><strong>{name}</strong> <span class="soft small-text figures">{set ? words.setTo(money({ amount: set, currency })) : words.began(money({ amount, currency }))}</span></span>
        <span class="row nowrap">
          <input name="amount" class="input short figures" inputMode="decimal" required pattern="[0-9]+([.,][0-9]{1,3})?" aria-label={words.newPrice(name)} defaultValue={set ?? amount} />
          <button class="button" disabled={busy.value} aria-label={words.setFor(name)}>{words.set}</button>
        </span>
      </form>
    </li>
  );
}

void startHouse(() => <SalePage />, async () => {
  await Promise.all([loadEvent(), loadPlan()]);
  if (!sale.value) return;
  document.title = h().sale.title(sale.value.name);
  await readRoom().catch((error: unknown) => (trouble.value = refusal(error)));
});
