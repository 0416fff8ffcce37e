/** The kitchen's slip: black on white, read at the pass, and nothing on it that a cook does not need. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { lang } from "../lib/i18n";
import { lineNames } from "../lib/menu";
import { money } from "../lib/money";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { clock, serverNow } from "../lib/time";
import type { Order, OrderLine } from "../lib/wire";
import { common } from "../lib/words";
import { orderWarns } from "./allergy";
import { heldFor, printing, printWaiting, slips, waitingSlips } from "./printing";
import { log } from "./state";
import { t } from "./words";
import { desk as d } from "./words/desk";

/** What goes to the printer; the screen does not show it. */
export function Slips() {
  const paper = useRef<HTMLDivElement>(null);
  const { width } = printing.value;
  useLayoutEffect(() => {
    if (paper.current && slips.value.length > 0) setPaper(width, paper.current);
  });
  return (
    <div class={`slips mm${width}`} ref={paper} aria-hidden="true">
      {slips.value.map((order) => (
        <Slip key={order.id} order={order} />
      ))}
    </div>
  );
}

let sheet: CSSStyleSheet | null = null;

/** Make the page as long as the longest slip, so that a roll is cut below it. A sheet from a file cannot know its length. */
function setPaper(width: number, paper: HTMLElement): void {
  const MM = 25.4 / 96;
  const long = Math.max(...[...paper.children].map((slip) => slip.getBoundingClientRect().height)) * MM;
  try {
    sheet ??= new CSSStyleSheet();
    sheet.replaceSync(`@page { size: ${width}mm ${Math.ceil(long) + 4}mm; margin: 0 }`);
    if (!document.adoptedStyleSheets.includes(sheet)) document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  } catch {
    // An older browser takes the paper that the printer is set to.
  }
}

function Slip({ order }: { order: Order }) {
  const shop = log.value.shop;
  const at = (when: string | number) => clock(when, shop?.timezone ?? "", lang.value);
  return (
    <article class="slip">
      <header>
        <span>{shop?.name}</span>
        <b class="slip-code">{order.number}</b>
        <b class="slip-service">{order.table ? common().table(order.table) : common().service[order.service]}</b>
        <span>
          {d().slipPlaced(at(order.placed_at))}
          {order.promised_at && <b> · {t().due(at(order.promised_at))}</b>}
        </span>
        {orderWarns(order) && <b class="slip-alarm">! {t().allergy} !</b>}
      </header>
      <ul>
        {order.lines.map((line, index) => (
          <SlipLine key={index} line={line} />
        ))}
      </ul>
      {order.note && <p class="slip-note">! {order.note}</p>}
      <footer>
        {order.customer.name} · {order.customer.phone}
        {order.customer.address && <span>{order.customer.address}</span>}
        <span>{d().slipTotal(money(order.total, order.currency, lang.value))}</span>
        <small>{d().slipPrinted(at(serverNow()))}</small>
      </footer>
    </article>
  );
}

function SlipLine({ line }: { line: OrderLine }) {
  const names = lineNames(log.value.shop, line);
  return (
    <li>
      <b>{line.quantity}×</b>
      <div>
        <b>{names.name}</b>
        {names.options.map((option) => (
          <span key={option}>{option}</span>
        ))}
        {line.note && <p class="slip-note">! {line.note}</p>}
      </div>
    </li>
  );
}

/** A print has held the screen: say so, and what waits for a tap because of it. */
export function PrintBar() {
  const held = heldFor.value;
  const waits = waitingSlips.value.length;
  return (
    <div role="alert">
      {held > 0 && (
        <div class="print-bar">
          <p>{d().printHeld(Math.round(held / 1000))} {waits > 0 && <b>{d().slipsWait(waits)}</b>}</p>
          {waits > 0 && <button type="button" class="button" onClick={printWaiting}>{d().printThem}</button>}
          <button type="button" class="button" onClick={() => { heldFor.value = 0; }}>
            <Icon d={icon.undo} /> {d().printAgain}
          </button>
        </div>
      )}
    </div>
  );
}
