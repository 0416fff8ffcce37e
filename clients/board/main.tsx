/** The guest board: a screen at the counter shows whose food is in work and whose is ready. It has no reader of its own. */
import "./style.css";
import { effect } from "@preact/signals";
import { render } from "preact";
import { stayAwake } from "../lib/awake";
import { startTicking } from "../lib/time";
import { keepShell } from "../lib/worker";
import { armChime } from "./chime";
import { follow, shop } from "./feed";
import { burnInSafe, theme } from "./screen";
import { Board } from "./view";
import { first, languages } from "./words";

/** The shop in /board/SLUG, or "". */
function slugInAddress(): string {
  try {
    return decodeURIComponent(/^\/board\/([^/]+)\/?$/.exec(location.pathname)?.[1] ?? "");
  } catch {
    return "";
  }
}

effect(() => {
  document.documentElement.dataset.theme = theme.value;
});
effect(() => {
  document.documentElement.lang = languages()[0];
  document.title = `${shop.value?.name ?? "Orderbell"} · ${first().title}`;
});
startTicking();
armChime();
void stayAwake();
burnInSafe();
follow(slugInAddress());
const place = document.getElementById("app");
if (place) render(<Board />, place);
keepShell("/board/sw.js");
