/** The owner's words: only the language that is spoken is loaded. */
import { pack } from "../lib/i18n";

export const t = pack({
  en: () => import("./words/en").then((module) => module.en),
  "zh-CN": () => import("./words/zh").then((module) => module.zh),
});
