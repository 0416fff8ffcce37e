/** The customer's page: shops, one shop's menu, one order. */
import "../lib/base.css";
import "./style.css";
import { askEarly } from "../lib/api";
import { lang } from "../lib/i18n";
import { whenIdle } from "../lib/late";
import { boot } from "../lib/parts/boot";
import { keepShell } from "../lib/worker";
// What two of the pages use: from here it costs neither of them a second trip.
import "../lib/money";
import "../lib/parts/lang";
import "../lib/socket";
import "./kept";
import "./monogram";
import "./orders";
import { pages } from "./pages";
import { route } from "./route";
import { Failed, Skeleton } from "./waiting";

function Customer() {
  const at = route.value;
  const { Part } = pages[at.page];
  const key = at.page === "menu" ? at.slug : at.page === "order" ? at.id : "";
  return (
    <Part
      key={`${at.page} ${key}`}
      at={at}
      waiting={<main class="page narrow"><Skeleton rows={5} /></main>}
      failed={<main class="page narrow"><Failed onRetry={() => location.reload()} /></main>}
    />
  );
}

void boot(Customer); // first: what stands in the page's place waits for nothing

const first = route.value;
pages[first.page].ask();
if (first.page === "menu") askEarly(first.slug, lang.value);
if (first.page === "shops") whenIdle(pages.menu.ask);
keepShell("/sw.js");
