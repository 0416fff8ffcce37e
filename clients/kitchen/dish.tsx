/** What to cook: quantity first, options indented, notes boxed, and the words in them that must not be read over. */
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { lineNames } from "../lib/menu";
import type { Order, OrderLine } from "../lib/wire";
import { pieces, warns } from "./allergy";
import { cross } from "./marks";
import { shop } from "./state";
import { isHere } from "./stations";
import { t } from "./words";

/** A note with its warnings marked. */
export function NoteText({ text }: { text: string }) {
  return (
    <span class="note-text">
      {pieces(text).map((piece, index) => (piece.kind ? <mark key={index} class={piece.kind}>{piece.text}</mark> : piece.text))}
    </span>
  );
}

interface DishesProps {
  order: Order;
  /** Lines that are done, by their place; null where nothing can be crossed off. */
  crossed: readonly number[] | null;
  /** Show every line, whichever station it is for. */
  whole?: boolean;
}

export function Dishes({ order, crossed, whole = false }: DishesProps) {
  const lines = order.lines.map((line, index) => ({ line, index })).filter(({ line }) => whole || isHere(line));
  const elsewhere = order.lines.length - lines.length;
  return (
    <>
      <ul class="dishes">
        {lines.map(({ line, index }) =>
          crossed ? (
            <li key={index}>
              <button type="button" class="dish" aria-pressed={crossed.includes(index)} onClick={() => cross(order.id, index)}>
                <Dish line={line} />
              </button>
            </li>
          ) : (
            <li key={index} class="dish">
              <Dish line={line} />
            </li>
          ),
        )}
      </ul>
      {elsewhere > 0 && <p class="elsewhere">{t().elsewhere(elsewhere)}</p>}
    </>
  );
}

function Dish({ line }: { line: OrderLine }) {
  const names = lineNames(shop.value, line);
  const note = line.note && <span class="note-box"><NoteText text={line.note} /></span>;
  const first = warns(line.note);
  return (
    <>
      <b class={line.quantity > 1 ? "times many" : "times"}>
        {line.quantity}×<span class="tick"><Icon d={icon.check} /></span>
      </b>{" "}
      <span class="dish-what">
        <b class="dish-name">{names.name}</b>
        {first && note}
        {names.options.map((option) => (
          <span class="dish-option" key={option}>{option}</span>
        ))}
        {!first && note}
      </span>
    </>
  );
}
