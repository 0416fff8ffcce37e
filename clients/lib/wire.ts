/**
 * The messages of the wire contract, version 1. Types only.
 * Generated from layer/python/orderbell/wire/frames.py by `./dev docs`: change it there.
 */

export type OrderStatus = "placed" | "accepted" | "preparing" | "ready" | "dispatched" | "completed" | "rejected" | "expired" | "cancelled";

export type Reason = "sold_out" | "too_busy" | "closed" | "cannot_do_note" | "out_of_area" | "customer_asked" | "other";

export type By = "customer" | "kitchen" | "system";

export type EventKind = "order.placed" | "order.updated" | "order.nudged" | "order.message" | "shop.updated" | "menu.updated";

export type Lang = "zh-CN" | "en";

/** One choice of an option group; its price is added to the item's. */
export interface Choice {
  id: string;
  name: string;
  price: number;
  available: boolean;
}

/** Between `min` and `max` of the choices are taken. */
export interface OptionGroup {
  id: string;
  name: string;
  min: number;
  max: number;
  choices: Choice[];
}

/** Something to order. */
export interface Item {
  id: string;
  name: string;
  description: string;
  price: number;
  available: boolean;
  options: OptionGroup[];
}

/** A heading of the menu. */
export interface Category {
  id: string;
  name: string;
  items: Item[];
}

/** A shop with its menu; texts are in the reader's language where the menu has it. */
export interface Shop {
  slug: string;
  name: string;
  open: boolean;
  currency: string;
  timezone: string;
  phone: string;
  accepting: "busy" | "closed" | "open" | "paused";
  busy_minutes: number | null;
  paused_until: string | null;
  menu_version: number;
  categories: Category[];
  attended: boolean;
  amber_minutes: number;
  red_minutes: number;
}

/** The connection is bound. `epoch` and `seq` are the shop's now. */
export interface Welcome {
  type: "welcome";
  role: "board" | "customer" | "guest" | "kitchen";
  shop: Shop;
  epoch: string;
  seq: number;
  at: string;
  device?: string;
  token?: string;
}

/** The device's token: shown once, keep it. */
export interface Paired {
  type: "paired";
  token: string;
  device: string;
  shop: string;
}

/** A choice as it was sold. */
export interface OrderOption {
  id: string;
  name: string;
  price: number;
}

/** A line as it was sold. `amount` is quantity x unit_price. */
export interface OrderLine {
  item: string;
  name: string;
  quantity: number;
  unit_price: number;
  options: OrderOption[];
  note: string;
  amount: number;
}

/** One entry of an order's history. */
export interface Step {
  status: OrderStatus;
  at: string;
  by: By;
  reason: string | null;
}

/** One line of the talk between a customer and the shop. */
export interface Message {
  from: By;
  text: string;
  at: string;
}

/** Who ordered. The kitchen's copy masks the phone. */
export interface Customer {
  name: string;
  phone: string | null;
  address: string | null;
}

/** An order as its customer and its kitchen see it. */
export interface Order {
  id: string;
  number: string;
  shop: string;
  status: OrderStatus;
  version: number;
  service: "delivery" | "dine_in" | "pickup";
  table: string | null;
  lines: OrderLine[];
  total: number;
  currency: string;
  note: string;
  placed_at: string;
  seen_at: string | null;
  accept_by: string;
  promised_at: string | null;
  cancel_requested_at: string | null;
  nudges: number;
  history: Step[];
  messages: Message[];
  customer: Customer;
}

/** The open orders as of `seq`. */
export interface Snapshot {
  type: "snapshot";
  epoch: string;
  seq: number;
  orders: Order[];
}

/** One event of the shop's log; `order` for order events, `shop` for shop and menu events. */
export interface Event {
  seq: number;
  type: EventKind;
  at: string;
  order?: Order;
  shop?: Shop;
}

/** Events in order; `prev` is the seq before the first. */
export interface Events {
  type: "events";
  epoch: string;
  prev: number;
  events: Event[];
}

/** Customer: the whole order; apply it only if its version is higher. */
export interface OrderFrame {
  type: "order";
  order: Order;
}

/** Guest, customer: the shop as it is now. */
export interface ShopFrame {
  type: "shop";
  shop: Shop;
}

/** One order on the board; `since` is when it came into its list. */
export interface BoardEntry {
  number: string;
  service: "dine_in" | "pickup";
  since: string;
}

/** Board: the codes in work, oldest first, and those that are ready, newest first. `shop` is the slug. */
export interface Board {
  type: "board";
  shop: string;
  at: string;
  preparing: BoardEntry[];
  ready: BoardEntry[];
}

/** Why a command was refused. */
export interface ResultError {
  code: string;
  detail: string;
}

/** The answer to a command. */
export interface Result {
  type: "result";
  id: string;
  ok: boolean;
  error?: ResultError;
}

/** The shop's seq and the database's clock now. */
export interface Pong {
  type: "pong";
  seq: number;
  at: string;
}

/** A refused frame; the connection stays. */
export interface ErrorFrame {
  type: "error";
  code: string;
  detail: string;
  id?: string;
}

/** A shop in the list of shops. */
export interface ShopCard {
  slug: string;
  name: string;
  open: boolean;
  currency: string;
  timezone: string;
}

/** Answer of GET /get_shop_info. */
export interface ShopList {
  shops: ShopCard[];
}

/** Answer of GET /get_shop_info?shop=SLUG. */
export interface ShopAnswer {
  shop: Shop;
}

/** Answer of GET /get_shop_info?board=SLUG. */
export interface BoardAnswer {
  shop: ShopCard;
  board: Board;
}

/** Answer of POST /bill. */
export interface PlacedAnswer {
  order: Order;
  token: string;
}

/** Answer of GET /bill?order=ID. */
export interface OrderAnswer {
  order: Order;
}

/** How long something took, in seconds: of `n` orders the median and the 95th percentile (nearest rank), null where n is 0. */
export interface Spread {
  n: number;
  p50: number | null;
  p95: number | null;
}

/** Promised orders that were ready by then, and those that were not. */
export interface OnTime {
  met: number;
  late: number;
}

/** An order that came to nothing, and why. */
export interface MissedOrder {
  number: string;
  placed_at: string;
  why: "cancelled" | "expired" | "rejected";
  reason: string | null;
}

/** Orders placed in one hour of the shop's day, and how many of them came to nothing. */
export interface HourCount {
  hour: number;
  orders: number;
  missed: number;
}

/** An item was marked: there (true), sold out (false), or sold out for the day ("today"). `device` is the screen's name. */
export interface SoldOutEntry {
  item: string;
  name: string;
  at: string;
  available: boolean | "today";
  device: string;
}

/** Orders by service. */
export interface ServiceCounts {
  pickup: number;
  delivery: number;
  dine_in: number;
}

/** Answer of GET /bill?day=DAY. `revenue` is of what was accepted and not cancelled, in the currency's minor unit. */
export interface DayReport {
  shop: string;
  name: string;
  day: string;
  today: string;
  timezone: string;
  currency: string;
  at: string;
  orders: number;
  completed: number;
  rejected: number;
  expired: number;
  cancelled: number;
  open: number;
  revenue: number;
  accept: Spread;
  prep: Spread;
  latency: Spread;
  on_time: OnTime;
  missed: MissedOrder[];
  hours: HourCount[];
  sold_out: SoldOutEntry[];
  nudges: number;
  services: ServiceCounts;
}

/** One wrong field. */
export interface FieldProblem {
  pointer: string;
  detail: string;
}

/** An error, RFC 9457, as application/problem+json. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  request_id: string;
  errors?: FieldProblem[];
}

/** Who orders. `phone` may be null at the table, `address` is needed for delivery. */
export interface NewCustomer {
  name: string;
  phone?: string | null;
  address?: string | null;
}

/** One line that a customer asks for; `options` are ids of choices. */
export interface NewLine {
  item: string;
  quantity: number;
  options?: string[];
  note?: string;
}

/** Body of POST /bill. */
export interface NewOrder {
  shop: string;
  service: "delivery" | "dine_in" | "pickup";
  customer: NewCustomer;
  lines: NewLine[];
  table?: string | null;
  note?: string;
  expected_total?: number | null;
}

/** Say who is there. Kitchen: token, epoch?, seq?. Customer: order, token. Guest, board: shop. `lang`: of names. */
export interface Hello {
  type: "hello";
  role: "board" | "customer" | "guest" | "kitchen";
  token?: string;
  order?: string;
  shop?: string;
  epoch?: string | null;
  seq?: number | null;
  lang?: string | null;
}

/** Swap a one-use pairing code for a device token. */
export interface Pair {
  type: "pair";
  code: string;
  name?: string;
}

/** Everything up to `seq` is on the screen. */
export interface Ack {
  type: "ack";
  seq: number;
}

/** A gap was seen: send again from `seq` + 1. */
export interface Resume {
  type: "resume";
  seq: number;
}

/** Whether this screen can be seen and heard. */
export interface Ready {
  visible?: boolean;
  audible?: boolean;
  awake?: boolean;
}

/** Is the line alive, and is anything missing? */
export interface Ping {
  type: "ping";
  seq?: number | null;
  ready?: Ready | null;
  dropped?: number | null;
}

/** Kitchen: this screen is the shop's no longer. Its token ends, and all its sockets close with 4409. */
export interface Unpair {
  type: "unpair";
}

export type KitchenCommand =
  | { type: "command"; id: string; name: "accept"; order: string; minutes: number }
  | { type: "command"; id: string; name: "reject"; order: string; reason: Reason }
  | { type: "command"; id: string; name: "start"; order: string }
  | { type: "command"; id: string; name: "ready"; order: string }
  | { type: "command"; id: string; name: "dispatch"; order: string }
  | { type: "command"; id: string; name: "complete"; order: string }
  | { type: "command"; id: string; name: "cancel"; order: string; reason: Reason }
  | { type: "command"; id: string; name: "recall"; order: string }
  | { type: "command"; id: string; name: "keep"; order: string }
  | { type: "command"; id: string; name: "availability"; item: string; available: boolean | "today" }
  | { type: "command"; id: string; name: "shop"; accepting: "busy" | "closed" | "open" | "paused"; busy_minutes?: number | null; paused_until?: string | null }
  | { type: "command"; id: string; name: "message"; order: string; text: string };

export type CustomerCommand =
  | { type: "command"; id: string; name: "cancel" }
  | { type: "command"; id: string; name: "nudge" }
  | { type: "command"; id: string; name: "message"; text: string };

/** A change; answered once by `result`. The same id again gives the same result and acts once. Any of KitchenCommand and CustomerCommand. */
export interface Command {
  type: "command";
  id: string;
  name: "accept" | "reject" | "start" | "ready" | "dispatch" | "complete" | "cancel" | "recall" | "keep" | "availability" | "shop" | "message" | "nudge";
  order?: string;
  minutes?: number;
  reason?: Reason;
  item?: string;
  available?: boolean | "today";
  accepting?: "busy" | "closed" | "open" | "paused";
  busy_minutes?: number | null;
  paused_until?: string | null;
  text?: string;
}

export type ClientFrame =
  | Hello
  | Pair
  | Ack
  | Resume
  | Ping
  | Unpair
  | Command;

export type ServerFrame =
  | Welcome
  | Paired
  | Snapshot
  | Events
  | OrderFrame
  | ShopFrame
  | Board
  | Result
  | Pong
  | ErrorFrame;
