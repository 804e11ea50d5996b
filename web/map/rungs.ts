/** The three ways to draw a house, by how far apart neighbours are on the screen. */

export type Rung = "blocks" | "squares" | "discs";

const SQUARES_FROM_PX = 4;
const DISCS_FROM_PX = 9;
/** Houses so small are shown seat by seat as soon as a seat is a dot. */
const SMALL_HOUSE_SEATS = 2_500;
export const LETTERS_FROM_PX = 15;
export const NUMBERS_FROM_PX = 24;

export function rungOf(pitchPx: number, seats: number): Rung {
  if (pitchPx >= DISCS_FROM_PX) return "discs";
  const small = seats <= SMALL_HOUSE_SEATS;
  return pitchPx >= (small ? SQUARES_FROM_PX / 2 : SQUARES_FROM_PX) ? "squares" : "blocks";
}
