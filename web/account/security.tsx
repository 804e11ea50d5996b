/** How one proves who one is: the password, what is asked beside it, and the end of the account. */
import { signal } from "@preact/signals";
import { t } from "../ui/i18n";
import { say } from "../ui/parts";
import { act, ask, type Me } from "./calls";
import { Field, Form } from "./fields";
import { attempt, busy, leave, me } from "./state";
import { a } from "./texts";

interface Enrolment {
  secret: string;
  uri: string;
  enrolment: string;
  qr: string;
}

interface Recovered {
  recovery_codes: readonly string[];
}

const current = signal("");
const fresh = signal("");
const code = signal("");
const enrolling = signal<Enrolment | null>(null);
const recovery = signal<readonly string[]>([]);
const GROUP = 4;

function typed(): { code: string } {
  return { code: code.value.replace(/\s/g, "") };
}

async function again(said: string): Promise<void> {
  current.value = fresh.value = code.value = "";
  me.value = await ask<Me>("/auth/me");
  say(said);
}

export function Security() {
  const texts = a();
  return (
    <section class="card pad stack" aria-labelledby="security">
      <h2 id="security">{texts.security}</h2>
      <details>
        <summary>{texts.changePassword}</summary>
        <ChangePassword />
      </details>
      <details open={Boolean(enrolling.value) || recovery.value.length > 0}>
        <summary>{texts.secondFactor}: {texts.factors[me.value?.second_factor ?? "none"]}</summary>
        <SecondFactor />
      </details>
      <details>
        <summary>{texts.erase}</summary>
        <Erase />
      </details>
    </section>
  );
}

function ChangePassword() {
  const texts = a();
  const done = (): Promise<boolean> => attempt(async () => {
    await act("POST", "/auth/password", { current: current.value, password: fresh.value });
    await again(texts.passwordChanged);
  });
  return (
    <Form onDone={() => void done()}>
      <Field id="old" label={texts.password} auto="current-password" type="password" value={current.value} on={(next) => (current.value = next)} />
      <Field id="new" label={texts.newPassword} auto="new-password" type="password" hint={texts.passwordHint} value={fresh.value} on={(next) => (fresh.value = next)} />
      <div><button type="submit" class="button primary" aria-disabled={busy.value}>{texts.changePassword}</button></div>
    </Form>
  );
}

/** Shown once: the server keeps nothing that could show them again. */
function Recovery() {
  const texts = a();
  return (
    <div class="stack">
      <p class="soft">{texts.recoveryHint}</p>
      <ul class="secret">{recovery.value.map((each) => <li key={each}><code>{each}</code></li>)}</ul>
      <div><button type="button" class="button primary" onClick={() => (recovery.value = [])}>{texts.recoveryKept}</button></div>
    </div>
  );
}

function SecondFactor() {
  if (recovery.value.length) return <Recovery />;
  if (enrolling.value) return <Enrol asked={enrolling.value} />;
  const texts = a();
  const kind = me.value?.second_factor ?? "none";
  const begin = (): Promise<boolean> => attempt(async () => {
    enrolling.value = await act<Enrolment>("POST", "/auth/totp", { password: current.value });
  });
  const choose = (wanted: "none" | "email"): Promise<boolean> => attempt(async () => {
    const proof = kind === "totp" ? typed() : {};
    await act("POST", "/auth/second-factor", { kind: wanted, password: current.value, ...proof });
    await again(texts.factorChanged(texts.factors[wanted]));
  });
  const renew = (): Promise<boolean> => attempt(async () => {
    const made = await act<Recovered>("POST", "/auth/recovery-codes", { password: current.value, ...typed() });
    recovery.value = made.recovery_codes;
    await again(texts.recoveryMade);
  });
  return (
    <Form onDone={() => void (kind === "totp" ? choose("none") : begin())}>
      <p class="soft">{texts.secondFactorHint}</p>
      <Field id="proof" label={texts.password} auto="current-password" type="password" value={current.value} on={(next) => (current.value = next)} />
      {kind === "totp" && <Field id="proof-code" label={texts.codeOrRecovery} auto="one-time-code" value={code.value} on={(next) => (code.value = next)} />}
      {kind === "totp" && <p class="soft">{texts.recoveryLeft(me.value?.recovery_codes ?? 0)}</p>}
      <div class="row">
        <button type="submit" class="button primary" aria-disabled={busy.value}>{kind === "totp" ? texts.without : texts.withTotp}</button>
        {kind === "totp" && <button type="button" class="button" onClick={() => void renew()}>{texts.recoveryRenew}</button>}
        {kind !== "email" && <button type="button" class="button" onClick={() => void choose("email")}>{texts.withEmail}</button>}
        {kind === "email" && <button type="button" class="button" onClick={() => void choose("none")}>{texts.without}</button>}
      </div>
    </Form>
  );
}

function Enrol({ asked }: { asked: Enrolment }) {
  const texts = a();
  const groups = asked.secret.match(new RegExp(`.{1,${GROUP}}`, "g")) ?? [];
  const done = (): Promise<boolean> => attempt(async () => {
    const made = await act<Recovered>("POST", "/auth/totp/confirm", { enrolment: asked.enrolment, ...typed() });
    enrolling.value = null;
    recovery.value = made.recovery_codes;
    await again(texts.factorChanged(texts.factors.totp));
  });
  return (
    <Form onDone={() => void done()}>
      <p class="soft">{texts.enrolHint}</p>
      <img class="enrol-code" alt={texts.enrolCode} src={`data:image/svg+xml,${encodeURIComponent(asked.qr)}`} />
      <p><code class="secret">{groups.join(" ")}</code></p>
      <p><a href={asked.uri}>{texts.openApp}</a></p>
      <Field id="enrol-code" label={texts.code} auto="one-time-code" digits value={code.value} on={(next) => (code.value = next)} />
      <div class="row">
        <button type="submit" class="button primary" aria-disabled={busy.value}>{texts.confirm}</button>
        <button type="button" class="button" onClick={() => (enrolling.value = null)}>{t().common.back}</button>
      </div>
    </Form>
  );
}

function Erase() {
  const texts = a();
  const typed = fresh.value.trim() === me.value?.email;
  return (
    <Form onDone={() => void (typed && attempt(async () => {
      await act("DELETE", "/auth/me");
      leave();
    }))}>
      <p class="soft">{texts.eraseHint}</p>
      <Field id="erase" label={texts.eraseType(me.value?.email ?? "")} auto="off" value={fresh.value} on={(next) => (fresh.value = next)} />
      <div><button type="submit" class="button" aria-disabled={!typed || busy.value}>{texts.erase}</button></div>
    </Form>
  );
}
