/** The head of a one-column page: where one is, and the way back. */
import type { ComponentChildren } from "preact";
import { t } from "./i18n";
import { Icon } from "./parts";

/** The way to one's orders, for those who have an account and those who want one. */
export function AccountLink() {
  return <a class="button quiet no-print" href="/account">{t().common.account}</a>;
}

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
