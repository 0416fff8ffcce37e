/** The words of the shops and of a menu: only the language that is spoken is loaded, beside the page itself. */
import { latePack } from "../lib/i18n";

export const t = latePack({
  en: () => import("./words/en").then((module) => module.en),
  "zh-CN": () => import("./words/zh").then((module) => module.zh),
});
