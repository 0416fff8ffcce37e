/** Words that both pages use, in both languages. */
import type { Service, Status } from "./frames";
import { words } from "./i18n";

const en = {
  language: "中文",
  languageLabel: "切换到中文",
  close: "Close",
  retry: "Try again",
  loading: "Loading…",
  service: { pickup: "Pickup", delivery: "Delivery", dine_in: "Dine-in" } satisfies Record<Service, string>,
  status: {
    placed: "Placed",
    accepted: "Accepted",
    preparing: "Preparing",
    ready: "Ready",
    dispatched: "On its way",
    completed: "Completed",
    rejected: "Rejected",
    expired: "Expired",
    cancelled: "Cancelled",
  } satisfies Record<Status, string>,
  table: (table: string) => `Table ${table}`,
};

const zh: typeof en = {
  language: "English",
  languageLabel: "Switch to English",
  close: "关闭",
  retry: "重试",
  loading: "加载中…",
  service: { pickup: "自取", delivery: "外送", dine_in: "堂食" },
  status: {
    placed: "待接单",
    accepted: "已接单",
    preparing: "制作中",
    ready: "已出餐",
    dispatched: "配送中",
    completed: "已完成",
    rejected: "已拒单",
    expired: "超时未接",
    cancelled: "已取消",
  },
  table: (table) => (/\d$|^\d+[a-z]+$/i.test(table) ? `${table} 号桌` : table), // 3, A3 and 3B are numbers, 露台左 is a name
};

export const common = words({ en, "zh-CN": zh });
