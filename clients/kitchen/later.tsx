/** The parts of the page that come after the board: asked for at the start of the service, so that they are here when the network is not. */
import { late, whenIdle } from "../lib/late";
import type { Order } from "../lib/wire";
import type { DeskSheet } from "./desk";

const desk = () => import("./desk");
const sheets = () => import("./sheets");

export const DESK = {
  sheets: late<{ open: DeskSheet; onClose: () => void }>(() => desk().then((module) => module.DeskSheets)),
  slips: late<object>(() => desk().then((module) => module.Slips)),
  /** The board's sheets, and the keys that open them. */
  panels: late<object>(() => sheets().then((module) => module.Sheets)),
  undo: late<object>(() => sheets().then((module) => module.UndoBar)),
  flags: late<{ order: Order }>(() => sheets().then((module) => module.Flags)),
  phone: late<{ order: Order }>(() => sheets().then((module) => module.Phone)),
  allDay: late<object>(() => sheets().then((module) => module.AllDay)),
  unattended: late<object>(() => desk().then((module) => module.UnattendedBar)),
  readyCheck: late<object>(() => desk().then((module) => module.ReadyCheck)),
  printBar: late<object>(() => desk().then((module) => module.PrintBar)),
};

const ask = (): void => {
  for (const part of Object.values(DESK)) part.ask();
};

/** Call it when the service starts; what could not be loaded then is asked for when there is a network again. */
export function askLater(): void {
  whenIdle(ask);
  addEventListener("online", ask);
}

/** Print one order's slip. */
export const printSlip = (order: Order): void => void desk().then((module) => module.printOrder(order), () => {});
