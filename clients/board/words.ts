/** The board's words: it speaks both languages at once, the shop's own first. */
import type { Lang } from "../lib/i18n";
import { shop } from "./feed";

const en = {
  title: "Order board",
  preparing: "Preparing",
  ready: "Ready, please collect",
  dineIn: "dine-in",
  isReady: (codes: string) => `${codes} ready`,
  none: "Nothing here right now",
  page: (now: number, all: number) => `Page ${now} of ${all}`,
  loading: "Connecting…",
  stale: (time: string) => `Reconnecting. This is how it was at ${time}.`,
  ask: "Please ask at the counter",
  askWhy: "This screen has no connection.",
  unknown: "There is no such shop",
  unknownWhy: "Please check this screen's address.",
  fullScreen: "Full screen",
  leaveFullScreen: "Leave full screen",
  soundOn: "Chime on",
  soundOff: "Chime off",
  dark: "Dark",
  light: "Light",
};

export type Words = typeof en;

const zh: Words = {
  title: "取餐叫号屏",
  preparing: "制作中",
  ready: "请取餐",
  dineIn: "堂食",
  isReady: (codes) => `${codes} 请取餐`,
  none: "暂无",
  page: (now, all) => `第 ${now} 页，共 ${all} 页`,
  loading: "正在连接…",
  stale: (time) => `正在重新连接，以下为 ${time} 的状态。`,
  ask: "请到柜台询问",
  askWhy: "本屏幕暂时无法连接。",
  unknown: "没有这家店铺",
  unknownWhy: "请检查本屏幕的网址。",
  fullScreen: "全屏",
  leaveFullScreen: "退出全屏",
  soundOn: "提示音：开",
  soundOff: "提示音：关",
  dark: "深色",
  light: "浅色",
};

const table: Record<Lang, Words> = { en, "zh-CN": zh };

/** Chinese first where the shop's own name is Chinese, or where the address says so (`?lang=zh-CN`, `?lang=en`). */
export function languages(): readonly [Lang, Lang] {
  const wanted = new URLSearchParams(location.search).get("lang");
  const chinese = wanted ? wanted.startsWith("zh") : !shop.value || /\p{Script=Han}/u.test(shop.value.name);
  return chinese ? ["zh-CN", "en"] : ["en", "zh-CN"];
}

export const inLang = (lang: Lang): Words => table[lang];
export const first = (): Words => table[languages()[0]];
