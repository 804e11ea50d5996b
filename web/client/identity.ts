/**
 * Who the reader is to the server: somebody signed in, else a guest. Both are kept by the browser.
 *
 * A refresh token is good once, and its reuse ends the session: one tab at a time brings it, and looks first whether
 * another one did.
 */
const GUEST_KEY = "holdfast.token";
const ACCOUNT_KEY = "holdfast.account";
/** A token that ends so soon is replaced before it is used. */
const MARGIN_MS = 30_000;

export interface Tokens {
  kind: "tokens";
  access_token: string;
  refresh_token: string;
  expires_in: number;
  session: string;
  account: string;
}

interface Kept extends Tokens {
  until: number;
}

/** The part of a browser's storage that is used. */
export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** Where things are kept, and how the server is asked: what tests put in the place of. */
export interface Keeping {
  storage: Shelf;
  /** Kept for this tab alone: the guest that it was handed from elsewhere, who goes before everybody else. */
  tab: Shelf;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  now(): number;
  /** Run one task at a time, over all tabs. */
  alone<T>(task: () => Promise<T>): Promise<T>;
}

export class Identity {
  constructor(private readonly at: Keeping) {}

  get signedIn(): boolean {
    return this.kept() !== null;
  }

  private kept(): Kept | null {
    const text = this.at.storage.getItem(ACCOUNT_KEY);
    return text === null ? null : (JSON.parse(text) as Kept);
  }

  /** Be this account from now on, in every tab. */
  keep(tokens: Tokens): void {
    this.at.tab.removeItem(GUEST_KEY);
    const kept: Kept = { ...tokens, until: this.at.now() + tokens.expires_in * 1000 };
    this.at.storage.setItem(ACCOUNT_KEY, JSON.stringify(kept));
  }

  /** Be nobody in particular from now on. */
  forget(): void {
    this.at.storage.removeItem(ACCOUNT_KEY);
  }

  /** The token of the guest that this browser was, if it was one. */
  get guest(): string | null {
    return this.at.tab.getItem(GUEST_KEY) ?? this.at.storage.getItem(GUEST_KEY);
  }

  forgetGuest(): void {
    this.at.tab.removeItem(GUEST_KEY);
    this.at.storage.removeItem(GUEST_KEY);
  }

  /** Be the guest in this tab who chose places elsewhere, by the code that was given for them. */
  async takeOver(handover: string): Promise<void> {
    const reply = await this.post("/v1/auth/guest", { handover });
    if (reply.ok) this.at.tab.setItem(GUEST_KEY, ((await reply.json()) as { token: string }).token);
  }

  /** A token for the next call; `renew` when the server has refused the one before. */
  async token(renew: boolean): Promise<string | null> {
    if (renew) this.at.tab.removeItem(GUEST_KEY);
    const handed = this.at.tab.getItem(GUEST_KEY);
    if (handed) return handed;
    const kept = this.kept();
    if (!kept) return this.guestToken(renew);
    if (!renew && kept.until - MARGIN_MS > this.at.now()) return kept.access_token;
    return this.at.alone(() => this.refreshed(kept));
  }

  /** Throws what `fetch` throws: a network that is away ends no session. */
  private async refreshed(before: Kept): Promise<string | null> {
    const kept = this.kept();
    if (!kept) return this.guestToken(false);
    if (kept.refresh_token !== before.refresh_token) return kept.access_token;
    const reply = await this.post("/v1/auth/refresh", { refresh_token: kept.refresh_token });
    if (reply.ok) {
      const next = (await reply.json()) as Tokens;
      this.keep(next);
      return next.access_token;
    }
    if (reply.status !== 401) return kept.access_token;
    // The session was ended elsewhere: what follows is a guest's.
    this.forget();
    return this.guestToken(false);
  }

  private async guestToken(renew: boolean): Promise<string | null> {
    const kept = renew ? null : this.guest;
    if (kept) return kept;
    const reply = await this.post("/v1/auth/guest");
    // Without one everything can be looked at; the first hold says what is missing.
    if (!reply.ok) return null;
    const { token } = (await reply.json()) as { token: string };
    this.at.storage.setItem(GUEST_KEY, token);
    return token;
  }

  private post(path: string, body?: object): Promise<Response> {
    const headers = { "Content-Type": "application/json" };
    return this.at.fetch(path, { method: "POST", ...(body && { headers, body: JSON.stringify(body) }) });
  }
}
