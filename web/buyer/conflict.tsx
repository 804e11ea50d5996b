/** Somebody was faster: who may help, held in one press. */
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Money } from "../client/frames";
import { money, t } from "../ui/i18n";
import { Icon } from "../ui/parts";
import { conflict, holdSeats } from "./cart";
import { seatsName } from "./names";
import { plan, priceOf } from "./sale";

export function ConflictCard() {
  const shown = conflict.value;
  const place = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    if (shown) place.current?.focus();
  }, [shown]);
  if (!shown) return null;
  const choices = shown.problem.alternatives ?? [];
  return (
    <section class="card conflict" aria-labelledby="conflict-title">
      <div class="row apart nowrap">
        <h2 id="conflict-title" ref={place} tabIndex={-1}>{t().conflict.title(seatsName(shown.wanted))}</h2>
        <button type="button" class="icon-button bare" aria-label={t().common.close} onClick={() => (conflict.value = null)}><Icon name="cross" /></button>
      </div>
      <p class="soft">{choices.length ? t().conflict.hint : t().conflict.none}</p>
      <ul class="stack tight">
        {choices.map((labels) => (
          <li key={labels.join()}>
            <button type="button" class="button wide choice" onClick={() => void holdSeats(labels)}>
              {t().conflict.take(seatsName(labels), sumText(labels))}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function sumText(labels: readonly string[]): string {
  const house = plan.value;
  const prices = labels.map((label) => {
    const seat = house?.seats(label)[0];
    return seat === undefined || !house ? null : priceOf(house.category[seat] as number);
  });
  const known = prices.filter((each): each is Money => each !== null);
  if (known.length < labels.length || !known[0]) return "";
  const amount = known.reduce((sum, each) => sum + Number(each.amount), 0);
  return money({ amount: String(amount), currency: known[0].currency });
}
