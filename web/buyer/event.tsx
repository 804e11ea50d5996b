/** The page of an event. */
import { signal } from "@preact/signals";
import { t, plural } from "../ui/i18n";
import { start } from "../ui/start";

interface Sale {
  name: string;
  status: string;
  sections: { name: string; seats: number; ga_capacity: number }[];
}

const sale = signal<Sale | null | undefined>(undefined);

function EventPage() {
  if (sale.value === null) return <main class="plain">{t().notFound}</main>;
  if (sale.value === undefined) return <main class="plain" aria-busy="true">{t().loading}</main>;
  return (
    <main class="plain">
      <h1>{sale.value.name}</h1>
      <h2>{t().sections}</h2>
      <ul>
        {sale.value.sections.map((each) => (
          <li key={each.name}>
            {each.name}: {plural(each.seats + each.ga_capacity, t().free.one, t().free.other)}
          </li>
        ))}
      </ul>
    </main>
  );
}

async function load(): Promise<void> {
  const id = location.pathname.split("/")[2] ?? "";
  const reply = await fetch(`/v1/events/${id}`);
  sale.value = reply.ok ? ((await reply.json()) as Sale) : null;
}

void start(() => <EventPage />).then(load);
