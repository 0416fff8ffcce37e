/** The customer's page: shops, one shop's menu, one order. Each comes alone: who follows an order has no use for a menu. */
import "../lib/base.css";
import "./style.css";
import { askEarly } from "../lib/api";
import { lang } from "../lib/i18n";
import { late, whenIdle } from "../lib/late";
import { boot } from "../lib/parts/boot";
import { keepShell } from "../lib/worker";
import "../lib/parts/lang"; // every page uses it: from here it costs no second trip
import { Failed, Skeleton } from "./parts";
import { type Route, route } from "./route";

const pages = {
  shops: late<{ at: Route }>(() => import("./shops").then((module) => module.ShopsPage)),
  menu: late<{ at: Route }>(() => import("./menu").then((module) => module.MenuPage)),
  order: late<{ at: Route }>(() => import("./order").then((module) => module.OrderPage)),
};

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

const first = route.value;
pages[first.page].ask();
if (first.page === "menu") askEarly(first.slug, lang.value);
if (first.page === "shops") whenIdle(pages.menu.ask);

void boot(Customer);
keepShell("/sw.js");
