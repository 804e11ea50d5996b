/** Whoever presses something that is gone thereafter keeps a place in the page: what was around it has the focus. */

/** Watch over the focus within a page or a widget. */
export function keepFocus(root: Document | ShadowRoot): void {
  let around: HTMLElement[] = [];
  root.addEventListener("focusin", ({ target }) => {
    around = [];
    for (let each = target as HTMLElement | null; each; each = each.parentElement) around.push(each);
  });
  new MutationObserver(() => {
    // Whoever left by themselves is somewhere else, and so is whoever a page has led on.
    if (!around.length || around[0]?.isConnected || (root.activeElement ?? document.body) !== document.body) return;
    for (const each of around.filter((one) => one.isConnected)) {
      each.tabIndex = -1;
      each.focus();
      if (root.activeElement === each) return;
    }
  }).observe(root, { childList: true, subtree: true });
}
