/** The head of a one-column page: where one is, and the way back. */
import type { ComponentChildren } from "preact";
import { Icon } from "./parts";

export function PageHead({ title, back, way, children }: { title: string; back?: string; way?: string; children?: ComponentChildren }) {
  return (
    <header class="page-head no-print">
      <div>
        {back && <a class="back-link" href={back}><Icon name="back" size={16} />{way}</a>}
        <h1>{title}</h1>
      </div>
      {children}
    </header>
  );
}
