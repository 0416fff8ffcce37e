/** The words of an order's page: only the language that is spoken is loaded, beside the page itself. */
import { latePack } from "../../lib/i18n";

export const t = latePack({
  en: () => import("./tracker-en").then((module) => module.en),
  "zh-CN": () => import("./tracker-zh").then((module) => module.zh),
});
