/** The words of the link to an order that is on its way, in both languages. */
import { words } from "../../lib/i18n";

const en = {
  here: "Your order here",
  order: (number: string) => `Order ${number}`,
  status: {
    placed: "Waiting for the shop",
    accepted: "Accepted",
    preparing: "Being prepared",
    ready: "Ready",
    dispatched: "On its way",
  } as Record<string, string>,
};

const zh: typeof en = {
  here: "您的订单",
  order: (number) => `订单 ${number}`,
  status: {
    placed: "等待接单",
    accepted: "店铺已接单",
    preparing: "正在制作",
    ready: "已出餐",
    dispatched: "正在配送",
  },
};

export const t = words({ en, "zh-CN": zh });
