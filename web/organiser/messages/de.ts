/** German, for the house's pages. */
import { pages } from "./de-pages";
import type { HouseMessages } from "./en";

const phases = { closed: "geschlossen", "pre-queue": "im Aufbau", draw: "in der Auslosung", open: "offen", paused: "angehalten", over: "beendet" };

export const de: HouseMessages = {
  ways: {
    name: "Seiten des Hauses",
    board: "Leitstand",
    sale: "Verkauf",
    reports: "Berichte",
    seats: "Plätze",
    door: "Einlass",
    events: "Alle Veranstaltungen",
    plans: "Pläne",
    signOut: "Abmelden",
    noEvent: "Prüfen Sie die Adresse. Veranstaltungen anderer Häuser werden nicht gezeigt.",
  },
  signIn: {
    title: "Anmelden",
    hint: "Diese Seiten sind für die Leute eines Hauses.",
    ended: "Ihre Sitzung ist beendet. Melden Sie sich neu an.",
    email: "E-Mail",
    password: "Passwort",
    passwordHint: "Lassen Sie es leer, um einen Code per E-Mail zu bekommen.",
    code: "Code",
    codeMail: "Wir haben einen Code an diese Adresse geschickt. Er gilt einige Minuten.",
    codeTotp: "Geben Sie den Code ein, den Ihr Authenticator zeigt.",
    go: "Anmelden",
  },
  problem: {
    token_missing: "Melden Sie sich zuerst an.",
    token_invalid: "Diese Anmeldung gilt hier nicht.",
    token_expired: "Ihre Sitzung ist beendet. Melden Sie sich neu an.",
    scope_missing: "Das dürfen Sie hier nicht.",
    not_found: "Das gibt es hier nicht.",
    credentials_invalid: "Adresse und Passwort passen nicht zusammen.",
    code_invalid: "Dieser Code gilt nicht oder nicht mehr.",
    invalid: "So geht das nicht.",
    limit_exceeded: "Das ist mehr, als auf einmal beantwortet wird.",
    too_large: "Dieses Dokument ist zu groß.",
    malformed: "Dieses Dokument ist nicht lesbar.",
    outcome_unknown: "Es kam keine Antwort. Wie es steht, zeigt sich, sobald der Server antwortet.",
    section_overloaded: "Der Server beantwortet gerade andere Fragen. Versuchen Sie es gleich noch einmal.",
  },
  board: {
    title: (event) => `Leitstand: ${event}`,
    rehearsal: "Probe: Hier wird nichts für Geld verkauft.",
    notYet: "Noch kein Verkauf. Öffnen Sie ihn, wenn alles stimmt.",
    degraded: (parts, since) => `Gestört seit ${since}: ${parts}. Der Verkauf geht weiter.`,
    parts: { broker: "Nachrichtenbroker", redis: "Redis", relay: "Weitergabe an den Bus", webhooks: "Webhooks", mail: "E-Mail", database: "Datenbank", actors: "Bereiche" },
    cannotSell: (since) => `Seit ${since} kann nichts verkauft werden.`,
    reconnecting: "Die Verbindung ist abgerissen. Die Zahlen gehen weiter, sobald sie wieder steht.",
    toWall: "Ganzer Bildschirm",
    leaveWall: "Ganzen Bildschirm verlassen",
    rates: "Im Verlauf",
    window: "Wie weit zurück",
    windows: { minutes: "2 min", hour: "1 h", day: "24 h" },
    soldRate: "Verkauft je Minute",
    heldNow: "Gehalten",
    heldRate: "In einer Minute gehalten",
    funnel: "Von der Schlange zur Bestellung",
    steps: { queued: "In der Schlange", admitted: "Eingelassen", held: "Plätze gehalten", checkout: "An der Kasse", paid: "Bezahlt" },
    lost: (count, reasons) => `${count} kamen nicht weiter: ${reasons}`,
    reasons: { released: "zurückgegeben", expired: "Zeit abgelaufen", late: "zu spät bezahlt", left: "gegangen", lapsed: "verschwunden", declined: "abgelehnt" },
    refusals: "Abgelehnt",
    noRefusals: "Noch wurde nichts abgelehnt.",
    refusalNames: {
      seat_taken: "Platz war vergeben",
      seat_not_for_sale: "Nicht im Verkauf",
      channel_denied: "Für andere reserviert",
      best_available_not_found: "Keine solchen Plätze übrig",
      limit_exceeded: "Über der Grenze",
      orphan_rule: "Ein Platz bliebe allein",
      hold_expired: "Zeit war abgelaufen",
      sale_paused: "Verkauf ruhte",
      sale_not_open: "Verkauf war nicht offen",
      sold_out: "Ausverkauft",
      already_booked: "Schon gebucht",
      hold_mismatch: "Auswahl hatte sich geändert",
      not_admitted: "Noch nicht eingelassen",
      invalid: "Nicht gültig",
      not_found: "Nicht da",
    },
    behind: { one: "{n} Eintrag ist noch nicht gezählt.", other: "{n} Einträge sind noch nicht gezählt." },
    gathering: "Die Kurven beginnen nach einigen Sekunden.",
    byCategory: "Verkauft nach Kategorie",
    ofAll: (all, share) => `von ${all}, ${share}`,
  },
  tiles: {
    name: "Zahlen",
    sold: "Verkauft",
    held: "Gehalten",
    free: "Frei",
    revenue: "Umsatz",
    rate: "Absatz",
    forecast: "Ausverkauft um",
    atRate: (rate) => `bei ${rate} je Minute`,
    soldOut: "Ausverkauft",
    notInSight: "–",
    days: (days) => `${days} Tage`,
    waiting: "Wartend",
    ofAll: (share) => `${share} des Hauses`,
    ofPart: (share, section) => `${share} von ${section}`,
    orders: (count) => `${count} Bestellungen`,
    perMinute: "Plätze je Minute",
    inside: (count) => `${count} drin`,
    asOf: (time) => `Stand ${time}`,
  },
  heat: {
    title: "Das Haus",
    summary: (sections) => `Das Haus in ${sections} Bereichen; die Tabelle darunter hat dieselben Zahlen.`,
    layer: "Was der Plan zeigt",
    layers: { sold: "Verkauft", held: "Gehalten", free: "Frei" },
    status: { free: "frei", held: "gehalten", sold: "verkauft", blocked: "nicht im Verkauf" },
    table: "Zahlen der Bereiche",
    section: "Bereich",
    press: "Drücken Sie auf einen Platz, um zu sehen, was mit ihm geschah",
  },
  past: {
    title: "Zurück im Verkauf",
    of: "Wovon",
    house: "Ganzes Haus",
    when: "Stand",
    earlier: "Früher",
    later: "Später",
    now: "Jetzt",
    asOf: (time) => `Stand ${time}`,
    record: (seq) => `Nach Eintrag ${seq}`,
    back: "Zurück zu jetzt",
    shown: (time) => `Das Haus mit Stand ${time}. So ist es jetzt nicht.`,
    shownRecord: (section, seq) => `${section} nach Eintrag ${seq}. So ist es jetzt nicht.`,
  },
  confirm: {
    type: (word) => `Schreiben Sie „${word}“, um zu bestätigen`,
  },
  controls: {
    reason: "Warum, für alle zu lesen",
    reasonHint: "Nicht nötig. Es steht auf den Seiten der Käufer neben der Pause.",
    sale: "Verkauf",
    room: "Warteraum",
    phase: "Er ist",
    phases,
    waiting: "Wartend",
    inside: "Drin",
    rateNow: "Eingelassen je Minute",
    rate: "Höchstens je Minute einlassen",
    setRate: "Übernehmen",
    rateSaid: (rate) => `Höchstens ${rate} je Minute werden eingelassen.`,
    admitHow: "Jetzt einlassen",
    admit: "Einlassen",
    admitTitle: (people) => `Jetzt ${people} einlassen?`,
    admitText: "Sie kommen sofort herein, wie schnell sonst auch eingelassen wird.",
    admitSaid: (people) => `${people} eingelassen.`,
    people: { one: "{n} Person", other: "{n} Personen" },
    steps: {
      open: { go: "Verkauf öffnen", title: "Den Verkauf öffnen?", text: "Von da an können alle kaufen.", said: "Der Verkauf ist offen." },
      publish: { go: "Veranstaltung ankündigen", title: "Die Veranstaltung ankündigen?", text: "Von da an sehen sie alle. Plätze kann man nehmen, sobald der Verkauf offen ist.", said: "Die Veranstaltung ist angekündigt." },
      pause: { go: "Verkauf anhalten", title: "Den Verkauf anhalten?", text: "Niemand kann Plätze nehmen, bis Sie fortfahren. Gehaltene Plätze bleiben bis zum Ende ihrer Frist gehalten.", said: "Der Verkauf ruht." },
      resume: { go: "Verkauf fortsetzen", title: "Den Verkauf fortsetzen?", text: "Von da an können wieder alle kaufen.", said: "Der Verkauf geht weiter." },
      close: { go: "Verkauf beenden", title: "Den Verkauf endgültig beenden?", text: "Dann kann nichts mehr gekauft werden, und er lässt sich nicht wieder öffnen.", said: "Der Verkauf ist beendet." },
    },
    roomSteps: {
      gather: { go: "Versammeln lassen", title: "Leute sich versammeln lassen?", text: "Wer vor der Öffnung kommt, nimmt an der Auslosung teil.", said: "Man kann sich versammeln.", word: "" },
      open: { go: "Raum öffnen", title: "Den Warteraum öffnen?", text: "Die Reihenfolge wird ausgelost, dann wird eingelassen.", said: "Der Warteraum ist offen.", word: "" },
      pause: { go: "Einlass anhalten", title: "Den Einlass anhalten?", text: "Niemand wird eingelassen, bis Sie fortfahren. Alle behalten ihren Platz.", said: "Der Einlass ruht.", word: "" },
      resume: { go: "Einlass fortsetzen", title: "Den Einlass fortsetzen?", text: "Dann wird wieder eingelassen.", said: "Der Einlass geht weiter.", word: "" },
      end: { go: "Raum beenden", title: "Alle Wartenden nach Hause schicken?", text: "Allen, die noch warten, wird gesagt, dass es vorbei ist. Das lässt sich nicht zurücknehmen.", said: "Der Warteraum ist beendet.", word: "beenden" },
    },
  },
  ...pages,
  acts: {
    title: "Bemerkenswert",
    none: "Noch nichts.",
    told: (act) => {
      switch (act.kind) {
        case "status":
          return { draft: "Die Veranstaltung ist ein Entwurf", published: "Die Veranstaltung ist angekündigt", open: "Der Verkauf ist offen", paused: "Der Verkauf ruht", closed: "Der Verkauf ist beendet" }[act.status] ?? act.status;
        case "room":
          return `Warteraum: ${(phases as Record<string, string>)[act.phase] ?? act.phase}`;
        case "section-sold-out":
          return `${act.section}: nichts ist mehr frei`;
        case "section-back":
          return `${act.section}: wieder Plätze frei`;
        case "share":
          return act.percent === 100 ? "Das Haus ist verkauft" : `${act.percent} % des Hauses sind verkauft`;
        case "given-back":
          return `${act.places} Plätze gingen auf einmal zurück in den Verkauf`;
        case "degraded":
          return `Gestört: ${act.part}`;
        case "well":
          return "Alles läuft wieder";
      }
    },
  },
};
