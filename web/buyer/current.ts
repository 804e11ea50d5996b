/** Keeps what a page says of a sale current while it is not open: nobody is told unasked that it goes on. */
import { problem } from "./cart";
import { serverNow } from "./live";
import { loadSale, sale } from "./sale";
import { pauseMs } from "./until";

/** Ask now and then, when somebody comes back to the page, and when what was pressed is refused for it. */
export function keepCurrent(): void {
  problem.subscribe((why) => {
    if (why?.code === "sale_paused" || why?.code === "sale_not_open") void loadSale();
  });
  document.addEventListener("visibilitychange", () => void look());
  void again();
}

async function look(): Promise<void> {
  const status = sale.peek()?.status;
  if (!document.hidden && (status === "paused" || status === "published")) await loadSale();
}

async function again(): Promise<void> {
  for (;;) {
    await new Promise((done) => setTimeout(done, pauseMs(sale.peek(), serverNow())));
    await look();
  }
}
