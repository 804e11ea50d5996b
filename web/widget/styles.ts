/** The pages' own styles, made fit for a shadow root in a page of any width. */
import base from "../ui/base.css?inline";
import event from "../buyer/event.css?inline";
import own from "./widget.css?inline";

const DARK = /@media\s*\(prefers-color-scheme:\s*dark\)\s*\{\s*:root[^{]*\{([^}]*)\}\s*\}/;

/**
 * Tokens of the host instead of the document, widths of the widget instead of the window, and sizes by what the
 * reader's browser calls medium, because what `rem` is belongs to the page around.
 */
export function styleText(mediumPx: number, css = `${base}${event}${own}`): string {
  const dark = DARK.exec(css)?.[1] ?? "";
  return css
    .replace(DARK, `@media(prefers-color-scheme:dark){:host(:not([theme=light])){${dark}}}:host([theme=dark]){${dark}}`)
    .replace(/:root/g, ":host")
    .replace(/(^|[},\s])(html|body)(?=[\s{,:])/g, "$1.holdfast")
    .replace(/@media\s*(\((?:max-|min-)?width[^{]*)/g, "@container $1")
    .replace(/(\d*\.?\d+)rem\b/g, (_, size: string) => `${Number(size) * mediumPx}px`)
    .replace(/\b100d?vh\b/g, "100cqb")
    .replace(/(\d)(?:d?vw)\b/g, "$1cqi");
}
