/** One's account: the way in, and what is inside. */
import "../ui/page.css";
import "./account.css";
import { t } from "../ui/i18n";
import { PageHead } from "../ui/head";
import { Announcer } from "../ui/parts";
import { start } from "../ui/start";
import { Orders, Sessions, Whoami } from "./home";
import { Security } from "./security";
import { Fault, Signing } from "./signing";
import { atHome, me, recognise } from "./state";
import { a, loadTexts } from "./texts";

function AccountPage() {
  const texts = a();
  if (me.value === undefined) return <main class="plain" aria-busy="true"><p class="soft">{t().common.loading}</p></main>;
  return (
    <>
      <Announcer />
      <main class={atHome.value ? "page" : "page narrow"}>
        <PageHead title={texts.title} back="/" way={t().home.title}>{atHome.value && <Whoami />}</PageHead>
        {atHome.value ? <Inside /> : <Signing />}
      </main>
    </>
  );
}

function Inside() {
  return (
    <>
      <Fault />
      <div class="inside">
        <Orders />
        <div class="stack"><Sessions /><Security /></div>
      </div>
    </>
  );
}

async function open(): Promise<void> {
  await loadTexts();
  await start(() => <AccountPage />);
  await recognise();
}

void open();
