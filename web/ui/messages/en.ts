/** English. Its shape is the contract: a language that lacks a text does not compile. */
export const en = {
  skipToList: "Choose seats from a list",
  onSale: "On sale",
  notYet: "Not on sale yet",
  paused: "The sale is paused",
  closed: "The sale is over",
  sections: "Sections",
  free: { one: "{n} free", other: "{n} free" },
  loading: "One moment…",
  notFound: "There is no event by this address.",
};

export type Messages = typeof en;
