/** Who looks at the house's pages: a token from the address, or an account that has signed in; for this tab alone. */
import { signal } from "@preact/signals";

const KEPT_KEY = "holdfast.house";
/** Renewed so long before its end that no call meets an old one. */
const EARLY_MS = 60_000;

export interface Tokens {
  access_token: string;
  refresh_token: string;
  expires_in: number;
}

export interface Challenge {
  challenge: string;
  method: "email" | "totp";
  expires_at: string;
}

interface Kept {
  token: string;
  refresh?: string;
  renewMs?: number;
}

/** Whether somebody is signed in, or was until their session ended. */
export const standing = signal<"in" | "out" | "ended">("out");

let kept: Kept | null = null;
let renewing: Promise<string | null> | null = null;

function keep(next: Kept | null): void {
  kept = next;
  if (next) sessionStorage.setItem(KEPT_KEY, JSON.stringify(next));
  else sessionStorage.removeItem(KEPT_KEY);
}

/** Take over what the address says after its `#`, which no server is ever sent, and take it out of there. */
export function arrive(): void {
  const told = new URLSearchParams(location.hash.slice(1)).get("token");
  if (told) {
    history.replaceState(null, "", location.pathname + location.search);
    keep({ token: told });
  } else {
    kept = JSON.parse(sessionStorage.getItem(KEPT_KEY) ?? "null") as Kept | null;
  }
  standing.value = kept ? "in" : "out";
}

export function signedIn(tokens: Tokens): void {
  const { access_token: token, refresh_token: refresh, expires_in } = tokens;
  keep({ token, refresh, renewMs: Date.now() + expires_in * 1000 - EARLY_MS });
  standing.value = "in";
}

/** End the session here, and tell the server of it. */
export async function signOut(): Promise<void> {
  const token = kept?.token;
  keep(null);
  standing.value = "out";
  if (!token) return;
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
  // A token of an operator has no session: whatever is answered, this tab has forgotten it.
  await fetch("/v1/auth/logout", { method: "POST", headers, body: "{}" }).catch(() => null);
}

/** What was kept is no longer good. */
export function ended(): void {
  keep(null);
  standing.value = "ended";
}

/** The token to call with, renewed when its time is over; null when somebody has to sign in. */
export async function houseToken(renew: boolean): Promise<string | null> {
  const due = kept?.renewMs !== undefined && Date.now() > kept.renewMs;
  if (!kept) return null;
  if (!renew && !due) return kept.token;
  // One at a time: a refresh token that comes twice ends the session.
  renewing ??= refreshed().finally(() => (renewing = null));
  return renewing;
}

async function refreshed(): Promise<string | null> {
  if (!kept?.refresh) {
    ended();
    return null;
  }
  const body = JSON.stringify({ refresh_token: kept.refresh });
  const headers = { "Content-Type": "application/json" };
  const reply = await fetch("/v1/auth/refresh", { method: "POST", headers, body }).catch(() => null);
  if (reply?.ok) signedIn((await reply.json()) as Tokens);
  else if (reply && reply.status < 500) ended();
  return kept?.token ?? null;
}
