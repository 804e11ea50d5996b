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
}

const current = signal("");
const fresh = signal("");
const code = signal("");
const enrolling = signal<Enrolment | null>(null);
const GROUP = 4;

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
      <details open={Boolean(enrolling.value)}>
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

function SecondFactor() {
  if (enrolling.value) return <Enrol asked={enrolling.value} />;
  const texts = a();
  const kind = me.value?.second_factor ?? "none";
  const begin = (): Promise<boolean> => attempt(async () => {
    enrolling.value = await act<Enrolment>("POST", "/auth/totp", { password: current.value });
  });
  const choose = (wanted: "none" | "email"): Promise<boolean> => attempt(async () => {
    const proof = kind === "totp" ? { code: code.value.replace(/\s/g, "") } : {};
    await act("POST", "/auth/second-factor", { kind: wanted, password: current.value, ...proof });
    await again(texts.factorChanged(texts.factors[wanted]));
  });
  return (
    <Form onDone={() => void (kind === "totp" ? choose("none") : begin())}>
      <p class="soft">{texts.secondFactorHint}</p>
      <Field id="proof" label={texts.password} auto="current-password" type="password" value={current.value} on={(next) => (current.value = next)} />
      {kind === "totp" && <Field id="proof-code" label={texts.code} auto="one-time-code" digits value={code.value} on={(next) => (code.value = next)} />}
      <div class="row">
        <button type="submit" class="button primary" aria-disabled={busy.value}>{kind === "totp" ? texts.without : texts.withTotp}</button>
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
    await act("POST", "/auth/totp/confirm", { enrolment: asked.enrolment, code: code.value.replace(/\s/g, "") });
    enrolling.value = null;
    await again(texts.factorChanged(texts.factors.totp));
  });
  return (
    <Form onDone={() => void done()}>
      <p class="soft">{texts.enrolHint}</p>
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
