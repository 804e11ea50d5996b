/** Rows of bars, each with its words and figures: funnels, refusals, categories. */
import { number } from "../ui/i18n";

export interface Bar {
  key: string;
  name: string;
  value: number;
  note?: string;
  /** What a full bar stands for; without it the longest of them is full. */
  of?: number;
}

export function Bars({ bars }: { bars: readonly Bar[] }) {
  const most = Math.max(1, ...bars.map((each) => each.value));
  return (
    <ul class="bars">
      {bars.map((each) => (
        <li key={each.key}>
          <span class="bar-name">{each.name}</span>
          <span class="bar-value figures"><strong>{number(each.value)}</strong>{each.note && <span class="soft"> {each.note}</span>}</span>
          <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
            <rect class="bar-ground" width="100" height="4" />
            <rect class="bar-fill" width={Math.min(100, (100 * each.value) / (each.of || most))} height="4" />
          </svg>
        </li>
      ))}
    </ul>
  );
}
