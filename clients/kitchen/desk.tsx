/** What a kitchen needs now and then: its sheets and its slips. It comes after the board, in a quiet moment. */
import "./sheets.css"; // shared with the board's sheets
import "./desk.css";
import { AcceptingSheet } from "./accepting";
import { DeliverySheet } from "./delivery-sheet";
import { startPrinting } from "./printing";
import { SettingsSheet } from "./settings";

export { PrintBar, Slips } from "./print";
export { printOrder } from "./printing";
export { ReadyCheck, UnattendedBar } from "./ready-check";

startPrinting();

export type DeskSheet = "accepting" | "settings" | "delivery";

export function DeskSheets({ open, onClose }: { open: DeskSheet; onClose: () => void }) {
  if (open === "accepting") return <AcceptingSheet onClose={onClose} />;
  return open === "settings" ? <SettingsSheet onClose={onClose} /> : <DeliverySheet onClose={onClose} />;
}
