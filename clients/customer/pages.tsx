/** The customer's pages: each comes alone, and its words come beside it. Who follows an order has no use for a menu. */
import { late } from "../lib/late";
import type { Route } from "./route";
import { t as shopWords } from "./words";
import { t as orderWords } from "./words/tracker";

interface Page {
  at: Route;
}

/** The menu's words are those of the shops too. */
export const pages = {
  shops: late<Page>(() => both(import("./shops").then((module) => module.ShopsPage), shopWords.load())),
  menu: late<Page>(() => both(import("./menu").then((module) => module.MenuPage), shopWords.load())),
  order: late<Page>(() => both(import("./order").then((module) => module.OrderPage), orderWords.load())),
};

/** Wait for both, which come at the same time; return the first. */
const both = async <T,>(page: Promise<T>, words: Promise<unknown>): Promise<T> => (await Promise.all([page, words]))[0];
