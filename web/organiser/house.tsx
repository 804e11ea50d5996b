/** What all pages of the house have: who is there, where one is, and the ways to the other pages. */
import "../ui/page.css";
import "./house.css";
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { failed, sale, type Sale } from "../buyer/sale";
import { actAs } from "../client/browser";
import type { Problem } from "../client/frames";
import { t } from "../ui/i18n";
import { Announcer, Icon } from "../ui/parts";
import { start } from "../ui/start";
import { ask, refusal } from "./calls";
import { arrive, houseToken, signOut, standing } from "./identity";
import { SignIn } from "./signin";
import { h, loadTexts } from "./texts";

/** The event of the address, on pages that are about one. */
export const eventId = location.pathname.split("/")[2] ?? "";

export type Place = "events" | "board" | "sale" | "reports" | "seats" | "door" | "plans";

/** What did not work, until somebody has read it. */
export const trouble = signal<Problem | null>(null);

/** The event of the address as its house sees it, drafts too. */
export async function loadEvent(): Promise<void> {
  try {
    sale.value = await ask<Sale>(`/events/${encodeURIComponent(eventId)}`);
    failed.value = false;
  } catch (error) {
    const { status } = refusal(error);
    if (status === 404) sale.value = null;
    else failed.value = status !== 401;
  }
}

/** Show a page to whoever may see it; others sign in first. `enter` runs for each who does. */
export async function startHouse(page: () => ComponentChildren, enter: () => Promise<void> | void): Promise<void> {
  arrive();
  actAs(houseToken);
  await loadTexts();
  await start(() => <Gate page={page} enter={enter} />);
  if (standing.value === "in") await enter();
}

function Gate({ page, enter }: { page: () => ComponentChildren; enter: () => Promise<void> | void }) {
  return (
    <>
      <Announcer />
      {standing.value === "in" ? page() : <SignIn done={enter} />}
    </>
  );
}

/** Head and ways of a page; `title` is the event's name where there is one. */
export function Head({ title, at, event, children }: { title: string; at: Place; event?: boolean; children?: ComponentChildren }) {
  const words = h().ways;
  const ways: [Place, string, string][] = event
    ? [
        ["board", `/board/${eventId}`, words.board],
        ["sale", `/board/${eventId}/sale`, words.sale],
        ["reports", `/board/${eventId}/reports`, words.reports],
        ["seats", `/board/${eventId}/seats`, words.seats],
        ["door", `/board/${eventId}/door`, words.door],
      ]
    : [
        ["events", "/board", words.events],
        ["plans", "/plans", words.plans],
      ];
  return (
    <header class="house-head">
      <div class="house-title">
        <div class="house-name">
          {event && <a class="house-back" href="/board"><Icon name="back" size={16} />{words.events}</a>}
          <h1>{title}</h1>
        </div>
        <div class="row house-state">
          {children}
          <button type="button" class="button quiet small" onClick={() => void signOut().then(() => location.reload())}>{words.signOut}</button>
        </div>
      </div>
      <nav aria-label={words.name}>
        <ul class="ways">
          {ways.map(([place, way, word]) => (
            <li key={place}><a href={way} aria-current={place === at ? "page" : undefined}>{word}</a></li>
          ))}
        </ul>
      </nav>
    </header>
  );
}

/** Why something did not work; texts come from the code, and what the server adds says where. */
export function Trouble({ why, close }: { why: Problem | null; close?: () => void }) {
  if (!why) return null;
  const known = h().problem[why.code] ?? t().problem.codes[why.code] ?? why.title;
  return (
    <div class="banner bad" role="alert">
      <Icon name="warn" />
      <div class="banner-text">
        <strong>{known}</strong>
        {why.detail && why.detail !== why.title && <div class="small-text">{why.detail}</div>}
        {why.objects?.length ? <ul class="small-text objects">{why.objects.map((each) => <li key={each}>{each}</li>)}</ul> : null}
        {why.request_id && why.status >= 500 && <div class="small-text">{t().common.reference}: <code>{why.request_id}</code></div>}
      </div>
      {close && <button type="button" class="icon-button bare" aria-label={t().common.close} onClick={close}><Icon name="cross" /></button>}
    </div>
  );
}

export function Missing() {
  return <main class="plain"><h1>{t().sale.notFound}</h1><p class="soft">{h().ways.noEvent}</p></main>;
}
