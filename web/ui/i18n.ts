/** Texts, numbers, money and times in the reader's language; English gives the type that others satisfy. */
import { en, type Messages } from "./messages/en";
import { german } from "./messages/fetched";

export type Language = "en" | "de";
const LANGUAGES: readonly Language[] = ["en", "de"];

/** The languages that a browser asks for, by preference, and what was asked for in the address. */
export function chooseLanguage(preferred: readonly string[], asked: string | null): Language {
  const known = (tag: string): Language | undefined => LANGUAGES.find((each) => tag.toLowerCase().startsWith(each));
  return (asked && known(asked)) || preferred.map(known).find((each) => each !== undefined) || "en";
}

let messages: Messages = en;
let language: Language = "en";
/** The reader's own tag of that language: Britons and Americans write times differently. */
let region = "en";

/** Load one language; the page shows nothing before that. */
export async function loadLanguage(wanted: Language, preferred: readonly string[] = []): Promise<void> {
  messages = wanted === "de" ? await german() : en;
  language = wanted;
  region = preferred.find((tag) => tag.toLowerCase().startsWith(wanted)) ?? wanted;
}

/** The texts of the chosen language. */
export function t(): Messages {
  return messages;
}

export function currentLanguage(): Language {
  return language;
}

const cache = new Map<string, unknown>();

function kept<T>(key: string, make: () => T): T {
  const name = `${region} ${key}`;
  if (!cache.has(name)) cache.set(name, make());
  return cache.get(name) as T;
}

export function number(value: number): string {
  return kept("number", () => new Intl.NumberFormat(region)).format(value);
}

/** One of two texts by the language's own plural rules. */
export function plural(count: number, one: string, other: string): string {
  const rule = kept("plural", () => new Intl.PluralRules(region)).select(count);
  return (rule === "one" ? one : other).replace("{n}", number(count));
}

export interface Money {
  amount: string;
  currency: string;
}

export function money(value: Money): string {
  const format = kept(`money ${value.currency}`, () =>
    new Intl.NumberFormat(region, { style: "currency", currency: value.currency, currencyDisplay: "narrowSymbol" }),
  );
  return format.format(Number(value.amount));
}

/** A clock time in the reader's own zone. */
export function clock(at: Date, seconds = false): string {
  const key = seconds ? "clock s" : "clock";
  return kept(key, () => {
    const second = seconds ? ({ second: "2-digit" } as const) : {};
    return new Intl.DateTimeFormat(region, { hour: "2-digit", minute: "2-digit", ...second });
  }).format(at);
}

/** A date with its time. */
export function moment(at: Date, zone?: string): string {
  return kept(`moment ${zone}`, () => {
    const style = { dateStyle: "full", timeStyle: "short" } as const;
    return new Intl.DateTimeFormat(region, zone ? { ...style, timeZone: zone } : style);
  }).format(at);
}

/** A date and a time to the second, short enough for tables. */
export function stamp(at: Date): string {
  return kept("stamp", () => new Intl.DateTimeFormat(region, { dateStyle: "short", timeStyle: "medium" })).format(at);
}
