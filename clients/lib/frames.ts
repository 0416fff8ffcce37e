/** The unions and words that the pages make of the wire's types. */
import type {
  Ack, Command, ErrorFrame, Events, Hello, Order, OrderFrame, Pair, Paired, Ping, Pong, Reason, Result, Resume, Shop, ShopFrame,
  Snapshot, Unpair, Welcome,
} from "./wire";

export type { Reason };

export type ServerFrame =
  | Welcome | Snapshot | Events | OrderFrame | ShopFrame | Result | Pong | ErrorFrame | Paired;
export type ClientFrame = Hello | Pair | Ack | Resume | Ping | Unpair | Command;
export type CommandBody = Omit<Command, "type" | "id">;

export type Status = Order["status"];
export type Service = Order["service"];
export type Accepting = Shop["accepting"];

export const REASONS: readonly Reason[] = ["sold_out", "too_busy", "closed", "cannot_do_note", "out_of_area", "customer_asked", "other"];

/** An order in one of these states is on the kitchen's screen. */
export const OPEN: readonly Status[] = ["placed", "accepted", "preparing", "ready", "dispatched"];

export const isOpen = (order: Order): boolean => OPEN.includes(order.status);

/** The last entry of an order's history with this status, or undefined. */
export function stepOf(order: Order, status: Status): Order["history"][number] | undefined {
  return order.history.filter((step) => step.status === status).at(-1);
}
