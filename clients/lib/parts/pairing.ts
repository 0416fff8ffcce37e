/** The words of the pairing form, which the kitchen's page and the owner's share. */
import { words } from "../i18n";

const en = {
  title: "Connect this screen",
  text: "Type the code that the shop's computer shows (orderbell kitchen pair).",
  code: "Pairing code",
  name: "Name of this screen",
  connect: "Connect",
  connecting: "Connecting…",
  failed: "This code is not valid. It works once, for 10 minutes: ask for a new one.",
  offline: "No connection to the server. Trying again…",
  revoked: "This screen has been disconnected from the shop. Connect it again with a new code.",
};

const zh: typeof en = {
  title: "连接本屏",
  text: "输入店里电脑上显示的配对码（orderbell kitchen pair）。",
  code: "配对码",
  name: "本屏名称",
  connect: "连接",
  connecting: "正在连接…",
  failed: "配对码无效。每个码只能用一次，10 分钟内有效，请重新获取。",
  offline: "连接不上服务器，正在重试…",
  revoked: "本屏已与店铺断开，请用新的配对码重新连接。",
};

export const pairing = words({ en, "zh-CN": zh });
