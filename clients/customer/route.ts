/** Where the page is, and what lies over it, so that the phone's back key closes that first. */
import { signal } from "@preact/signals";
import { parse, type Route } from "./address";

export { orderUrl, type Route, shopUrl } from "./address";

export type Overlay = { name: "options"; item: string; line?: string } | { name: "cart" } | { name: "checkout" } | { name: "about" } | { name: "orders" };

const here = (): Route => parse(location.pathname, location.search, location.hash);
const overlayHere = (): Overlay[] => (history.state as { over?: Overlay[] } | null)?.over ?? [];

export const route = signal<Route>(here());
export const overlays = signal<Overlay[]>([]);
/** The topmost thing is about to go: the browser says when it has. A second tap meanwhile must not leave the page. */
let leaving = false;
/** When something was taken away last, on the clock of events. */
export let closedAt = 0;

history.replaceState(null, "", location.href); // a reload closes what lay over the page
addEventListener("popstate", (event) => {
  leaving = false;
  closedAt = event.timeStamp;
  route.value = here();
  overlays.value = overlayHere();
});

/** Go to another page of ours. */
export function go(url: string, replace = false): void {
  leaving = false;
  history[replace ? "replaceState" : "pushState"](null, "", url);
  route.value = here();
  overlays.value = [];
  scrollTo(0, 0);
}

/** Lay something over the page. */
export function open(overlay: Overlay): void {
  leaving = false;
  const over = [...overlays.value, overlay];
  history.pushState({ over }, "", location.href);
  overlays.value = over;
}

/** Put something in the place of the topmost thing. */
export function swap(overlay: Overlay): void {
  const over = [...overlays.value.slice(0, -1), overlay];
  history.replaceState({ over }, "", location.href);
  overlays.value = over;
}

/** Take the topmost thing away. */
export function close(): void {
  if (leaving || overlays.value.length === 0) return;
  leaving = true;
  history.back();
}

/** For links: the browser's own way for new tabs, ours for a plain tap. */
export function follow(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go((event.currentTarget as HTMLAnchorElement).href);
}
