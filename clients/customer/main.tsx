/** The customer's page: shops, one shop's menu, one order. */
import "../lib/base.css";
import "./style.css";
import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { askEarly } from "../lib/api";
import { lang } from "../lib/i18n";
import { boot } from "../lib/parts/boot";
import "../lib/parts/sheet"; // both late pages use it: from here it costs no second trip
import { type Route, route } from "./route";
import { Failed, ShopsPage, Skeleton } from "./shops";

/** The menu and the tracker are loaded apart: whoever follows an order has no use for a menu. */
const late = {
  menu: () => import("./menu").then((module) => module.MenuPage),
  order: () => import("./order").then((module) => module.OrderPage),
};

type Late = keyof typeof late;

const loaded = signal<Partial<Record<Late, ComponentType<{ at: Route }> | "failed">>>({});

async function load(page: Late): Promise<void> {
  try {
    loaded.value = { ...loaded.value, [page]: await late[page]() };
  } catch {
    loaded.value = { ...loaded.value, [page]: "failed" };
  }
}

function Customer() {
  const at = route.value;
  if (at.page === "shops") return <ShopsPage />;
  const Page = loaded.value[at.page];
  if (!Page) {
    void load(at.page);
    return <Skeleton rows={5} />;
  }
  if (Page === "failed") return <Failed onRetry={() => location.reload()} />;
  return <Page key={at.page === "menu" ? at.slug : at.id} at={at} />;
}

const AHEAD_MS = 1000;

const first = route.value;
if (first.page === "shops") setTimeout(() => void load("menu"), AHEAD_MS);
else void load(first.page);
if (first.page === "menu") askEarly(first.slug, lang.value);

void boot(Customer);
