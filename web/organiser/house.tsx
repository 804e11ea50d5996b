/** What all pages of the house have: who is there, where one is, and the ways to the other pages. */
import "../ui/page.css";
import "./house.css";
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { failed, sale, saleAsked, type Sale } from "../buyer/sale";
import { actAs } from "../client/browser";
import type { Problem } from "../client/frames";
import { number, t } from "../ui/i18n";
import { Announcer, Icon } from "../ui/parts";
import { start } from "../ui/start";
import { ask, refusal } from "./calls";
import { arrive, houseToken, signOut, standing } from "./identity";
import { SignIn } from "./signin";
import { h, loadTexts } from "./texts";
import { Toast } from "./toast";

/** The event of the address, on pages that are about one. */
export const eventId = location.pathname.split("/")[2] ?? "";

export type Place = "events" | "board" | "sale" | "reports" | "seats" | "door" | "plans";

/** What did not work, until somebody has read it. */
export const trouble = signal<Problem | null>(null);

/** The event of the address as its house sees it, drafts too. */
export async function loadEvent(): Promise<void> {
  const isNews = saleAsked();
  try {
    const told = await ask<Sale>(`/events/${encodeURIComponent(eventId)}`);
    if (!isNews()) return;
    sale.value = told;
    failed.value = false;
  } catch (error) {
    const { status } = refusal(error);
    if (!isNews()) return;
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
      <Toast />
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
  const out = <button type="button" class="button quiet small house-out" onClick={() => void signOut().then(() => location.reload())}>{words.signOut}</button>;
  return (
    <header class="house-head">
      {event && <div class="house-top"><a class="house-back" href="/board"><Icon name="back" size={16} />{words.events}</a>{out}</div>}
      <div class="house-title">
        <h1>{title}</h1>
        <div class="row house-state">{children}{!event && out}</div>
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

/** Things that a refusal names and that are listed; the rest is counted. */
const OBJECTS_SHOWN = 20;

/**
 * Why something did not work; texts come from the code, and what the server adds says where. With `seek` it is
 * brought into sight, for who has pressed something further down.
 */
export function Trouble({ why, close, seek }: { why: Problem | null; close?: () => void; seek?: boolean }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (seek && why) place.current?.scrollIntoView({ block: "center" });
  }, [seek, why]);
  if (!why) return null;
  const known = h().problem[why.code] ?? t().problem.codes[why.code] ?? why.title;
  const objects = why.objects ?? [];
  const more = objects.length - OBJECTS_SHOWN;
  return (
    <div ref={place} class="banner bad from-start" role="alert">
      <Icon name="warn" />
      <div class="banner-text">
        <strong>{known}</strong>
        {why.detail && why.detail !== why.title && !objects.includes(why.detail) && <div class="small-text detail">{why.detail}</div>}
        {objects.length > 0 && (
          <ul class="small-text objects">
            {objects.slice(0, OBJECTS_SHOWN).map((each) => <li key={each}>{each}</li>)}
            {more > 0 && <li>{h().plans.more(number(more))}</li>}
          </ul>
        )}
        {why.request_id && why.status >= 500 && <div class="small-text">{t().common.reference}: <code>{why.request_id}</code></div>}
      </div>
      {close && <button type="button" class="icon-button bare" aria-label={t().common.close} onClick={close}><Icon name="cross" /></button>}
    </div>
  );
}

/** Before anything is there to be shown. */
export function Waiting() {
  return (
    <main class="house-main" aria-busy="true">
      <h1 class="soft">{t().common.loading}</h1>
      <div class="bones" aria-hidden="true"><span /><span /><span /><span /><span /></div>
    </main>
  );
}

export function Missing() {
  return <main class="plain"><h1>{t().sale.notFound}</h1><p class="soft">{h().ways.noEvent}</p><div><a class="button" href="/board">{h().ways.events}</a></div></main>;
}
