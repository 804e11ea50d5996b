/** The door: scans tickets with the camera, a keyboard scanner or by hand, with a network and without one. */
import "./door.css";
import { signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { seatName } from "../buyer/names";
import { failed, sale } from "../buyer/sale";
import { clock, number, plural, t } from "../ui/i18n";
import { alert, Banner, Icon, say } from "../ui/parts";
import { away, book, door, doorFault, lookInto, nameDoor, openDoor, scanned, shown, waiting, type Shown } from "./admitting";
import { hasCamera, look } from "./camera";
import { keepPage, kept } from "./keeping";
import { isTyping } from "./scanning";
import { Head, loadEvent, Missing, startHouse, Trouble } from "./house";
import { h } from "./texts";

const filming = signal(false);
const blind = signal(false);
const counted = signal({ admitted: 0, refused: 0 });

/** Codes are judged one after the other; nobody scans more than these while one is on its way. */
const IN_LINE_MAX = 20;
let inLine = 0;
let line = Promise.resolve();

function take(code: string): void {
  if (!code.trim() || inLine >= IN_LINE_MAX) return;
  inLine += 1;
  line = line.then(() => judge(code)).finally(() => (inLine -= 1));
}

async function judge(code: string): Promise<void> {
  const judged = await scanned(code);
  if (!judged) return;
  const { admitted, refused } = counted.peek();
  const well = judged.result === "admitted";
  counted.value = { admitted: admitted + Number(well), refused: refused + Number(!well) };
  const words = `${verdict(judged)}. ${[placeOf(judged), reason(judged)].filter(Boolean).join(". ")}`;
  if (well) say(words);
  else alert(words);
  navigator.vibrate?.(well ? 80 : [120, 80, 120]);
}

function verdict(judged: Shown): string {
  return h().door.verdicts[judged.result];
}

function placeOf(judged: Shown): string {
  return judged.seat ? `${seatName(judged.seat)}, ${judged.type}` : "";
}

function reason(judged: Shown): string {
  const words = h().door;
  if (judged.first) return words.usedAt(clock(new Date(judged.first.at), true), judged.first.gate, judged.first.device);
  if (judged.result === "refused") return words.reasons[judged.code ?? ""] ?? words.otherReason;
  return judged.offline ? words.later : "";
}

function DoorPage() {
  if (sale.value === null) return <Missing />;
  const words = h().door;
  const named = door.value.gate !== "";
  return (
    <>
      <Head title={sale.value?.name || book.title || words.title} at="door" event>
        <span class={`pill ${away.value ? "warn" : "good"}`}><span class="dot" aria-hidden="true" />{away.value ? words.away : words.online}</span>
      </Head>
      <main class="house-main door">
        {failed.value && !sale.value && !away.value && <Banner tone="warn" title={t().link.failed} />}
        <Trouble why={doorFault.value} close={() => (doorFault.value = null)} />
        {away.value && <Banner tone="warn" title={words.awayHint} />}
        {lookInto.value.length > 0 && <LookInto />}
        {named ? <Scanner /> : <NameForm />}
        <Result />
        <Counts />
        <History />
        {kept.value && <p class="soft small-text">{words.kept}</p>}
        {named && <details class="card"><summary>{words.thisDoor(door.value.gate, door.value.device)}</summary><NameForm /></details>}
      </main>
    </>
  );
}

function NameForm() {
  const words = h().door;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    nameDoor(String(form.get("gate")).trim(), String(form.get("device")).trim());
  };
  return (
    <form class="card stack" onSubmit={submit}>
      <p class="soft">{words.nameHint}</p>
      <div class="door-names">
        <div class="field"><label for="gate">{words.gate}</label><input id="gate" name="gate" class="input" maxLength={80} required pattern=".*\S.*" defaultValue={door.value.gate} /></div>
        <div class="field"><label for="device">{words.device}</label><input id="device" name="device" class="input" maxLength={80} required pattern=".*\S.*" defaultValue={door.value.device} /></div>
      </div>
      <div><button class="button primary">{words.ready}</button></div>
    </form>
  );
}

function Scanner() {
  const words = h().door;
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    field.current?.focus();
    // A scanner types wherever the focus is: from the first letter of its code on that is the field.
    const typing = (event: KeyboardEvent): void => {
      if (isTyping(event)) field.current?.focus();
    };
    document.addEventListener("keydown", typing);
    return () => document.removeEventListener("keydown", typing);
  }, []);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const code = field.current?.value ?? "";
    if (field.current) field.current.value = "";
    take(code);
  };
  return (
    <section class="card stack" aria-label={words.scan}>
      {filming.value && <Film />}
      <form class="scan-form" onSubmit={submit}>
        <div class="field grow">
          <label for="code">{words.code}</label>
          <input ref={field} id="code" class="input" autocomplete="off" autocapitalize="characters" spellcheck={false} enterKeyHint="send" aria-describedby="code-hint" />
        </div>
        <button class="button primary end">{words.check}</button>
      </form>
      <p id="code-hint" class="soft small-text">{hasCamera() ? words.codeHint : words.noCamera}</p>
      {blind.value && <Banner tone="warn" title={words.blind} />}
      {hasCamera() && (
        <div>
          <button type="button" class="button" aria-pressed={filming.value} onClick={() => { blind.value = false; filming.value = !filming.value; }}>
            {filming.value ? words.cameraOff : words.cameraOn}
          </button>
        </div>
      )}
    </section>
  );
}

function Film() {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    let stop: (() => void) | null = null;
    let gone = false;
    look(video.current as HTMLVideoElement, take).then(
      (ending) => {
        if (gone) ending();
        else stop = ending;
      },
      () => {
        blind.value = true;
        filming.value = false;
      },
    );
    return () => {
      gone = true;
      stop?.();
    };
  }, []);
  return <video ref={video} class="film" muted playsInline aria-label={h().door.film} />;
}

const SIGNS = { admitted: "tick", used: "warn", refused: "cross" } as const;

/** What to do with whoever stands there: large, and told by sign and word as well as by colour. */
function Result() {
  const last = shown.value[0];
  if (!last) return <div class="verdict none soft">{h().door.none}</div>;
  return (
    <div class={`verdict ${last.result}`} key={last.id} data-verdict={last.result}>
      <Icon name={SIGNS[last.result]} size={56} />
      <div class="verdict-text">
        <p class="verdict-word">{verdict(last)}</p>
        {placeOf(last) && <p class="verdict-seat">{placeOf(last)}</p>}
        {last.holder && <p>{last.holder}</p>}
        {reason(last) && <p>{reason(last)}</p>}
      </div>
    </div>
  );
}

function Counts() {
  const words = h().door;
  const { admitted, refused } = counted.value;
  return (
    <dl class="facts card">
      <div><dt>{words.admitted}</dt><dd class="figures">{number(admitted)}</dd></div>
      <div><dt>{words.refused}</dt><dd class="figures">{number(refused)}</dd></div>
      <div><dt>{words.waiting}</dt><dd class="figures" data-figure="waiting">{number(waiting.value)}</dd></div>
    </dl>
  );
}

function LookInto() {
  const words = h().door;
  return (
    <section class="card stack tight look-into" aria-labelledby="look-into">
      <h2 id="look-into">{plural(lookInto.value.length, words.lookInto.one, words.lookInto.other)}</h2>
      <ul class="scans">{lookInto.value.map((each) => <Line key={each.id} scan={each} />)}</ul>
    </section>
  );
}

function History() {
  const earlier = shown.value.slice(1);
  if (!earlier.length) return null;
  return (
    <section class="card" aria-labelledby="earlier">
      <h2 id="earlier">{h().door.earlier}</h2>
      <ul class="scans">{earlier.map((each) => <Line key={each.id} scan={each} />)}</ul>
    </section>
  );
}

function Line({ scan }: { scan: Shown }) {
  return (
    <li class={scan.result}>
      <Icon name={SIGNS[scan.result]} />
      <span class="figures soft">{clock(scan.at, true)}</span>
      <span><strong>{verdict(scan)}</strong> {[placeOf(scan), reason(scan)].filter(Boolean).join(" · ")}</span>
    </li>
  );
}

void startHouse(() => <DoorPage />, async () => {
  await loadEvent();
  if (sale.value) book.title = sale.value.name;
  document.title = h().door.pageTitle(book.title);
  if (sale.value === null) return;
  await openDoor();
  await keepPage();
});
