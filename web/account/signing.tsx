/** Signing in, asking for an account, and answering for a code. */
import { signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { clock, t } from "../ui/i18n";
import { Banner } from "../ui/parts";
import { Field, Form } from "./fields";
import { answer, busy, challenge, email, fault, knock, way, type Way } from "./state";
import { a } from "./texts";

const password = signal("");
const name = signal("");
const code = signal("");
const WAYS: readonly Way[] = ["sign-in", "register", "code", "reset"];

export function Signing() {
  return challenge.value ? <Answer /> : <Knock />;
}

export function Fault() {
  return fault.value ? <Banner tone="bad" title={fault.value} /> : null;
}

function Knock() {
  const texts = a();
  const current = way.value;
  const done = async (): Promise<void> => {
    if (await knock(password.value, name.value.trim())) code.value = "";
    if (current === "sign-in" || current === "register") password.value = "";
  };
  return (
    <section class="card pad stack" aria-labelledby="way">
      <h2 id="way">{texts.ways[current]}</h2>
      <p class="soft">{texts.wayHints[current]}</p>
      <Fault />
      <Form key={current} onDone={() => void done()}>
        {current === "register" && <Field id="name" label={t().checkout.name} auto="name" value={name.value} on={(next) => (name.value = next)} />}
        <Field id="email" label={t().checkout.email} auto="username" type="email" value={email.value} on={(next) => (email.value = next)} />
        {current === "sign-in" && <Field id="password" label={texts.password} auto="current-password" type="password" value={password.value} on={(next) => (password.value = next)} />}
        {current === "register" && <Field id="password" label={texts.password} auto="new-password" type="password" hint={texts.passwordHint} value={password.value} on={(next) => (password.value = next)} />}
        <button type="submit" class="button primary wide" aria-disabled={busy.value}>{busy.value ? t().common.loading : texts.go[current]}</button>
      </Form>
      <nav class="other-ways" aria-label={texts.otherWays}>
        {WAYS.filter((each) => each !== current).map((each) => (
          <button type="button" class="button quiet" key={each} onClick={() => {
            fault.value = "";
            way.value = each;
          }}>{texts.other[each]}</button>
        ))}
      </nav>
    </section>
  );
}

function Answer() {
  const texts = a();
  const asked = challenge.value;
  const place = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => place.current?.focus(), [asked?.challenge]);
  if (!asked) return null;
  const renewing = way.value === "reset" && asked.method === "email";
  const done = async (): Promise<void> => {
    if (await answer(code.value.replace(/\s/g, ""), password.value)) {
      code.value = "";
      password.value = "";
    }
  };
  return (
    <section class="card pad stack" aria-labelledby="answer">
      <h2 id="answer" ref={place} tabIndex={-1}>{asked.method === "totp" ? texts.totpTitle : texts.codeTitle}</h2>
      <p class="soft">{asked.method === "totp" ? texts.totpHint : texts.codeHint(email.value.trim(), clock(new Date(asked.expires_at)))}</p>
      <Fault />
      <Form key={asked.challenge} onDone={() => void done()}>
        <Field id="code" label={texts.code} auto="one-time-code" digits={asked.method === "email"} value={code.value} on={(next) => (code.value = next)} />
        {renewing && <Field id="new-password" label={texts.newPassword} auto="new-password" type="password" hint={texts.passwordHint} value={password.value} on={(next) => (password.value = next)} />}
        <button type="submit" class="button primary wide" aria-disabled={busy.value}>{busy.value ? t().common.loading : texts.confirm}</button>
      </Form>
      <div><button type="button" class="button quiet" onClick={() => (challenge.value = null)}>{t().common.back}</button></div>
    </section>
  );
}
