/** Of several answers to one question the newest stays: one that was asked for earlier may well come later. */

/** Ask for a turn before the question; what it gives tells whether the answer is still news. */
export function newest(): () => () => boolean {
  let asked = 0;
  let told = 0;
  return () => {
    asked += 1;
    const mine = asked;
    return () => {
      if (mine < told) return false;
      told = mine;
      return true;
    };
  };
}
