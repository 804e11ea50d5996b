/** English, for the house's pages. Its shape is the contract, as in `ui/messages/en.ts`. */
import type { Act } from "../acts";
import { pages } from "./en-pages";

export const en = {
  ways: {
    name: "Pages of the house",
    board: "Board",
    sale: "Sale",
    reports: "Reports",
    seats: "Seats",
    door: "Door",
    events: "All events",
    plans: "Plans",
    signOut: "Sign out",
    noEvent: "Check the address. Events of other houses are not shown.",
  },
  signIn: {
    title: "Sign in",
    hint: "These pages are for the people of a house.",
    ended: "Your session has ended. Sign in again.",
    email: "E-mail",
    password: "Password",
    passwordHint: "Leave it empty to get a code by mail.",
    code: "Code",
    codeMail: "We have sent a code to this address. It is good for a few minutes.",
    codeTotp: "Enter the code that your authenticator shows.",
    go: "Sign in",
  },
  problem: {
    token_missing: "Sign in first.",
    token_invalid: "This sign-in is not valid here.",
    token_expired: "Your session has ended. Sign in again.",
    scope_missing: "You may not do this here.",
    not_found: "There is no such thing here.",
    credentials_invalid: "Address and password do not fit together.",
    code_invalid: "This code is not valid, or no longer.",
    invalid: "This cannot be done as it is.",
    limit_exceeded: "That is more than is answered at once.",
    too_large: "This document is too large.",
    malformed: "This document cannot be read.",
    outcome_unknown: "No answer came. How things stand is shown as soon as the server answers.",
    section_overloaded: "The server is busy with other questions. Try again in a moment.",
  } as Record<string, string>,
  board: {
    title: (event: string) => `Board: ${event}`,
    rehearsal: "Rehearsal: nothing here is sold for money.",
    notYet: "No sale yet. Open it when all is as it should be.",
    degraded: (parts: string, since: string) => `Not well since ${since}: ${parts}. The sale goes on.`,
    parts: { broker: "message broker", redis: "Redis", relay: "relay to the bus", webhooks: "webhooks", mail: "mail", database: "database", actors: "sections" } as Record<string, string>,
    cannotSell: (since: string) => `Nothing can be sold since ${since}.`,
    reconnecting: "The connection was lost. The figures go on as soon as it is back.",
    toWall: "Full screen",
    leaveWall: "Leave full screen",
    rates: "Over time",
    window: "How far back",
    windows: { minutes: "2 min", hour: "1 h", day: "24 h" },
    soldRate: "Sold a minute",
    heldNow: "Held",
    heldRate: "Places held in a minute",
    funnel: "From the queue to the order",
    steps: { queued: "In the queue", admitted: "Let in", held: "Held seats", checkout: "At checkout", paid: "Paid" },
    lost: (count: string, reasons: string) => `${count} went no further: ${reasons}`,
    reasons: { released: "gave back", expired: "ran out of time", late: "paid too late", left: "left", lapsed: "went away", declined: "declined" } as Record<string, string>,
    refusals: "Refused",
    noRefusals: "Nothing was refused yet.",
    refusalNames: {
      seat_taken: "Seat was taken",
      seat_not_for_sale: "Not for sale",
      channel_denied: "Reserved for others",
      best_available_not_found: "No such seats left",
      limit_exceeded: "Over the limit",
      orphan_rule: "Would leave one seat alone",
      hold_expired: "Time was over",
      sale_paused: "Sale was paused",
      sale_not_open: "Sale was not open",
      sold_out: "Sold out",
      already_booked: "Booked already",
      hold_mismatch: "Hold had changed",
      not_admitted: "Not let in yet",
      invalid: "Not valid",
      not_found: "Not there",
    } as Record<string, string>,
    behind: { one: "{n} record is not counted yet.", other: "{n} records are not counted yet." },
    gathering: "Curves begin after a few seconds.",
    byCategory: "Sold by category",
    ofAll: (all: string, share: string) => `of ${all}, ${share}`,
  },
  tiles: {
    name: "Figures",
    sold: "Sold",
    held: "Held",
    free: "Free",
    revenue: "Revenue",
    rate: "Sales",
    forecast: "Sold out at",
    atRate: (rate: string) => `at ${rate} a minute`,
    soldOut: "Sold out",
    notInSight: "–",
    days: (days: string) => `${days} days`,
    waiting: "Waiting",
    ofAll: (share: string) => `${share} of the house`,
    ofPart: (share: string, section: string) => `${share} of ${section}`,
    orders: (count: string) => `${count} orders`,
    perMinute: "seats a minute",
    inside: (count: string) => `${count} inside`,
    asOf: (time: string) => `As of ${time}`,
  },
  heat: {
    title: "The house",
    summary: (sections: number) => `The house in ${sections} sections; the table below has the same figures.`,
    layer: "What the map shows",
    layers: { sold: "Sold", held: "Held", free: "Free" },
    status: { free: "free", held: "held", sold: "sold", blocked: "not for sale" },
    table: "Figures of the sections",
    section: "Section",
    press: "Press a seat to see what happened to it",
  },
  past: {
    title: "Back in the sale",
    of: "Of what",
    house: "Whole house",
    when: "As of when",
    earlier: "Earlier",
    later: "Later",
    now: "Now",
    asOf: (time: string) => `As of ${time}`,
    record: (seq: string) => `After record ${seq}`,
    back: "Back to now",
    shown: (time: string) => `The house as of ${time}. It is not what is now.`,
    shownRecord: (section: string, seq: string) => `${section} after record ${seq}. It is not what is now.`,
  },
  confirm: {
    type: (word: string) => `Type “${word}” to confirm`,
  },
  controls: {
    reason: "Why, for everybody to read",
    reasonHint: "Not needed. It stands beside the pause on the pages of buyers.",
    sale: "Sale",
    room: "Waiting room",
    phase: "It is",
    phases: { closed: "closed", "pre-queue": "gathering", draw: "drawing", open: "open", paused: "paused", over: "over" },
    waiting: "Waiting",
    inside: "Inside",
    rateNow: "Let in a minute",
    rate: "Let in a minute, at most",
    setRate: "Set the rate",
    rateSaid: (rate: string) => `${rate} a minute are let in at most.`,
    admitHow: "Let in now",
    admit: "Let them in",
    admitTitle: (people: string) => `Let ${people} in now?`,
    admitText: "They come in at once, whatever the rate.",
    admitSaid: (people: string) => `${people} let in.`,
    people: { one: "{n} person", other: "{n} people" },
    steps: {
      open: { go: "Open the sale", title: "Open the sale?", text: "From then on everybody can buy.", said: "The sale is open." },
      publish: { go: "Announce the event", title: "Announce the event?", text: "Everybody sees it from then on. Seats can be taken once the sale is open.", said: "The event is announced." },
      pause: { go: "Pause the sale", title: "Pause the sale?", text: "Nobody can take seats until you resume. Seats that are held stay held until their time is over.", said: "The sale is paused." },
      resume: { go: "Resume the sale", title: "Resume the sale?", text: "From then on everybody can buy again.", said: "The sale goes on." },
      close: { go: "Close the sale", title: "Close the sale for good?", text: "Nothing can be bought any more, and it cannot be opened again.", said: "The sale is closed." },
    },
    roomSteps: {
      gather: { go: "Let people gather", title: "Let people gather?", text: "Whoever comes before the opening takes part in the draw.", said: "People can gather.", word: "" },
      open: { go: "Open the room", title: "Open the waiting room?", text: "The order is drawn, and people are let in at the rate.", said: "The waiting room is open.", word: "" },
      pause: { go: "Pause admission", title: "Pause admission?", text: "Nobody is let in until you resume. Everybody keeps their place.", said: "Admission is paused.", word: "" },
      resume: { go: "Resume admission", title: "Resume admission?", text: "People are let in again at the rate.", said: "Admission goes on.", word: "" },
      end: { go: "End the room", title: "Send home all who wait?", text: "Everybody who still waits is told that it is over. This cannot be taken back.", said: "The waiting room is over.", word: "end" },
    },
  },
  ...pages,
  acts: {
    title: "Notable",
    none: "Nothing yet.",
    told: (act: Act): string => {
      switch (act.kind) {
        case "status":
          return { draft: "The event is a draft", published: "The event is announced", open: "The sale is open", paused: "The sale is paused", closed: "The sale is closed" }[act.status] ?? act.status;
        case "room":
          return `Waiting room: ${(en.controls.phases as Record<string, string>)[act.phase] ?? act.phase}`;
        case "section-sold-out":
          return `${act.section}: nothing is free any more`;
        case "section-back":
          return `${act.section}: places are free again`;
        case "share":
          return act.percent === 100 ? "The house is sold" : `${act.percent} % of the house are sold`;
        case "given-back":
          return `${act.places} places went back on sale at once`;
        case "degraded":
          return `Not well: ${act.part}`;
        case "well":
          return "All parts are well again";
      }
    },
  },
};

export type HouseMessages = typeof en;
