/** When a sale opens by itself, and how long that is from now by the server's clock. */
import { moment, t } from "../ui/i18n";
import { useSeconds } from "../ui/parts";
import { serverNow } from "./live";
import { leftText } from "./until";

export function Opening({ at, zone }: { at: string; zone?: string | undefined }) {
  useSeconds();
  const texts = t().opening;
  const left = Date.parse(at) - serverNow();
  return (
    <>
      <span class="block">{texts.at(moment(new Date(at), zone))}</span>
      <span class="block countdown figures" role="timer" aria-label={texts.left}><bdi>{left > 0 ? leftText(left) : texts.now}</bdi></span>
    </>
  );
}
