/** Cards by Stripe's own script, where the house takes money so. Loaded by checkout and tickets alone, from Stripe. */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../ui/i18n";
import { Banner } from "../ui/parts";

interface Card {
  mount(place: HTMLElement): void;
  destroy(): void;
}

interface Failed {
  error?: { message?: string };
}

/** The part of Stripe.js that is used. */
interface Stripe {
  elements(): { create(kind: "card", options: object): Card };
  createPaymentMethod(of: object): Promise<{ paymentMethod?: { id: string } } & Failed>;
  confirmCardPayment(secret: string): Promise<Failed>;
}

const meta = document.querySelector<HTMLMetaElement>('meta[name="stripe-key"]');
/** Whether this server takes cards; what is sold for trying out is paid in the sandbox all the same. */
export const takesCards = meta !== null;

const away = signal(false);
let loading: Promise<Stripe> | null = null;
let card: Card | null = null;

/** Stripe.js, loaded once; what could not be loaded is tried again. */
function stripe(): Promise<Stripe> {
  loading ??= new Promise<Stripe>((resolve, reject) => {
    const script = document.createElement("script");
    script.src = meta?.dataset["script"] ?? "";
    script.onload = () => resolve((window as unknown as { Stripe(key: string): Stripe }).Stripe(meta?.content ?? ""));
    script.onerror = () => {
      loading = null;
      reject(new Error("Stripe's script is away"));
    };
    document.head.append(script);
  });
  return loading;
}

/** Where the number of a card is typed: fields of Stripe's. */
export function CardFields() {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const mount = async (): Promise<void> => {
      const ready = await stripe();
      const font = getComputedStyle(place.current as HTMLElement);
      card = ready.elements().create("card", { style: { base: { color: font.color, fontFamily: font.fontFamily, fontSize: font.fontSize } } });
      card.mount(place.current as HTMLElement);
    };
    mount().catch(() => (away.value = true));
    return () => {
      card?.destroy();
      card = null;
    };
  }, []);
  return (
    <>
      <p class="soft small-text pay-note">{t().checkout.card}</p>
      {away.value && <Banner tone="bad" title={t().checkout.cardAway} />}
      <div ref={place} class="input card-fields" role="group" aria-label={t().checkout.cardName} />
    </>
  );
}

/** A payment method of what was typed, good for one payment; or what is wrong with it, in Stripe's words. */
export async function methodOf(name: string, email: string): Promise<{ id: string } | { fault: string }> {
  if (!card) return { fault: t().checkout.cardAway };
  const made = await (await stripe()).createPaymentMethod({ type: "card", card, billing_details: { name, email } });
  return made.paymentMethod ? { id: made.paymentMethod.id } : { fault: made.error?.message ?? t().checkout.cardWrong };
}

/** Ask the buyer what their bank wants to know; null when they have answered, else what went wrong. */
export async function secondStep(secret: string): Promise<string | null> {
  try {
    const { error } = await (await stripe()).confirmCardPayment(secret);
    return error ? (error.message ?? t().checkout.cardWrong) : null;
  } catch {
    return t().checkout.cardAway;
  }
}
