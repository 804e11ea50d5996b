/** Signing in: address and password, then the code where a second factor asks for one. */
import { signal } from "@preact/signals";
import type { Problem } from "../client/frames";
import { t } from "../ui/i18n";
import { act, refusal } from "./calls";
import { Trouble } from "./house";
import { signedIn, standing, type Challenge, type Tokens } from "./identity";
import { h } from "./texts";

type Reply = (Tokens & { kind: "tokens" }) | (Challenge & { kind: "challenge" });

const asked = signal<Challenge | null>(null);
const wrong = signal<Problem | null>(null);
const busy = signal(false);

async function give(path: string, what: object, done: () => Promise<void> | void): Promise<void> {
  busy.value = true;
  wrong.value = null;
  try {
    const reply = await act<Reply>(path, what);
    asked.value = reply.kind === "challenge" ? reply : null;
    if (reply.kind === "challenge") return;
    const again = standing.value === "ended";
    signedIn(reply);
    // What a page began under a session that ended is begun anew.
    if (again) location.reload();
    else await done();
  } catch (error) {
    wrong.value = refusal(error);
  } finally {
    busy.value = false;
  }
}

export function SignIn({ done }: { done: () => Promise<void> | void }) {
  const words = h().signIn;
  return (
    <main class="page narrow">
      <h1>{words.title}</h1>
      {standing.value === "ended" && <p class="banner warn">{words.ended}</p>}
      <Trouble why={wrong.value} />
      {asked.value ? <CodeForm challenge={asked.value} done={done} /> : <PasswordForm done={done} />}
    </main>
  );
}

function text(form: HTMLFormElement, name: string): string {
  return String(new FormData(form).get(name) ?? "");
}

function PasswordForm({ done }: { done: () => Promise<void> | void }) {
  const words = h().signIn;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const password = text(form, "password");
    void give("/auth/login", { email: text(form, "email").trim(), client: "Holdfast", ...(password ? { password } : {}) }, done);
  };
  return (
    <form class="card pad stack" onSubmit={submit}>
      <p class="soft">{words.hint}</p>
      <div class="field">
        <label for="email">{words.email}</label>
        <input id="email" name="email" class="input" type="email" autocomplete="username" required />
      </div>
      <div class="field">
        <label for="password">{words.password}</label>
        <input id="password" name="password" class="input" type="password" autocomplete="current-password" />
        <p class="soft small-text">{words.passwordHint}</p>
      </div>
      <button class="button primary" disabled={busy.value}>{busy.value ? t().common.loading : words.go}</button>
    </form>
  );
}

function CodeForm({ challenge, done }: { challenge: Challenge; done: () => Promise<void> | void }) {
  const words = h().signIn;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const code = text(event.currentTarget as HTMLFormElement, "code").replace(/\s/g, "");
    void give("/auth/otp", { challenge: challenge.challenge, code, client: "Holdfast" }, done);
  };
  return (
    <form class="card pad stack" onSubmit={submit}>
      <p class="soft">{challenge.method === "totp" ? words.codeTotp : words.codeMail}</p>
      <div class="field">
        <label for="code">{words.code}</label>
        <input id="code" name="code" class="input" inputMode="numeric" autocomplete="one-time-code" pattern="[0-9 ]{6,9}" required autofocus />
      </div>
      <div class="row">
        <button class="button primary" disabled={busy.value}>{words.go}</button>
        <button type="button" class="button quiet" onClick={() => (asked.value = null)}>{t().common.back}</button>
      </div>
    </form>
  );
}
