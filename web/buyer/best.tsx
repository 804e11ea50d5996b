/** Best available: how many and which will do; what is found is held at once. */
import { signal } from "@preact/signals";
import { t } from "../ui/i18n";
import { Icon, Stepper } from "../ui/parts";
import { holdBest, lastBest, mine, othersInstead, problem, searching, type Best } from "./cart";
import { wanted } from "./chosen";
import { plan, priceText, seatsPerHold } from "./sale";

const qty = signal(2);
const category = signal("");
const together = signal(true);
const wheelchair = signal(false);

function wish(): Best {
  const keys = [...wanted.value].map((each) => plan.value?.categories[each]?.key).filter((each) => each !== undefined);
  const categories = category.value ? [category.value] : keys;
  return {
    qty: qty.value,
    ...(categories.length && { categories }),
    ...(!together.value && { adjacent: false }),
    ...(wheelchair.value && { accessible: true }),
  };
}

export function BestAvailable() {
  const house = plan.value;
  if (!house?.count) return null;
  const find = (event: Event): void => {
    event.preventDefault();
    void holdBest(wish());
  };
  const none = problem.value?.code === "best_available_not_found";
  return (
    <form class="card best" aria-labelledby="best-title" onSubmit={find}>
      <h2 id="best-title">{t().best.title}</h2>
      <div class="best-fields">
        <div class="field">
          <span class="label" aria-hidden="true">{t().best.how}</span>
          <Stepper value={qty.value} min={1} max={seatsPerHold.value} label={t().best.how} less={t().best.fewer} more={t().best.more} on={(next) => (qty.value = next)} />
        </div>
        <div class="field grow">
          <label for="best-category">{t().best.category}</label>
          <select id="best-category" class="select" value={category.value} onChange={(event) => (category.value = event.currentTarget.value)}>
            <option value="">{t().best.any}</option>
            {house.categories.map((each, at) => (
              <option key={each.key} value={each.key}>{[each.label, priceText(at)].filter(Boolean).join(" · ")}</option>
            ))}
          </select>
        </div>
      </div>
      <div class="row">
        <label class="check"><input type="checkbox" checked={together.value} onChange={(event) => (together.value = event.currentTarget.checked)} />{t().best.together}</label>
        <label class="check"><input type="checkbox" checked={wheelchair.value} onChange={(event) => (wheelchair.value = event.currentTarget.checked)} />{t().best.wheelchair}</label>
      </div>
      {none && <NoneFound />}
      <div class="row">
        <button type="submit" class="button primary grow" aria-disabled={searching.value}>
          <Icon name="spark" /> {searching.value ? t().best.finding : t().best.find}
        </button>
        {lastBest.value?.seats.some((seat) => mine.value.has(seat)) && !none && (
          <button type="button" class="button" onClick={() => void othersInstead()}>{t().best.next}</button>
        )}
      </div>
    </form>
  );
}

function NoneFound() {
  const apart = (): void => {
    together.value = false;
    void holdBest(wish());
  };
  /** As many as there are together: one less each time. */
  const fewer = async (): Promise<void> => {
    do qty.value -= 1;
    while (!(await holdBest(wish())) && problem.value?.code === "best_available_not_found" && qty.value > 1);
  };
  return (
    <div class="banner warn">
      <p class="banner-text">{qty.value > 1 && together.value ? t().best.noneHint(qty.value) : t().problem.codes["best_available_not_found"]}</p>
      {qty.value > 1 && (
        <div class="row">
          {together.value && <button type="button" class="button small" onClick={apart}>{t().best.apart}</button>}
          <button type="button" class="button small" onClick={() => void fewer()}>{t().best.largest}</button>
        </div>
      )}
    </div>
  );
}

