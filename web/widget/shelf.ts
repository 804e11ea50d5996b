/** Where a widget keeps things: the tab's storage, or memory where a browser gives somebody else's page none. */
import type { Shelf } from "../client/identity";

/** `storage` may throw, and so may what it gives: some browsers let a page look at what it cannot fill. */
export function shelf(prefix: string, storage: () => Shelf): Shelf {
  const kept = new Map<string, string>();
  const stored = <T>(act: (storage: Shelf) => T): T | null => {
    try {
      return act(storage());
    } catch {
      return null;
    }
  };
  return {
    getItem: (key) => kept.get(key) ?? stored((its) => its.getItem(prefix + key)),
    setItem: (key, value) => {
      const done = stored((its) => (its.setItem(prefix + key, value), true));
      if (done) kept.delete(key);
      else kept.set(key, value);
    },
    removeItem: (key) => {
      kept.delete(key);
      stored((its) => its.removeItem(prefix + key));
    },
  };
}
