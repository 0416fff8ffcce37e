/** What to cook: quantity first, options indented, notes boxed, and the words in them that must not be read over. */
import { useSignal } from "@preact/signals";
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

/** What four lines of a narrow ticket hold; a Chinese character takes the room of two. */
const FOUR_LINES = 100;
const room = (text: string): number => text.length + (text.match(/[⺀-￯]/g)?.length ?? 0);

/** What is to be left out, as far as it stands below the four lines. */
function below(text: string): string[] {
  let at = 0;
  const hidden = pieces(text).filter((piece) => (at += room(piece.text)) > FOUR_LINES && piece.kind !== null);
  return [...new Set(hidden.map((piece) => piece.text))];
}

/** A note of four lines, and the rest of it by a tap; where it speaks of an allergy all of it. */
export function LongNote({ text }: { text: string }) {
  const whole = useSignal(false);
  if (whole.value || room(text) < FOUR_LINES * 1.3 || warns(text)) return <NoteText text={text} />;
  return (
    <span class="note-text">
      <span class="clamped"><NoteText text={text} /></span>
      <button type="button" class="button whole" onClick={() => { whole.value = true; }}>{t().wholeNote}</button>{" "}
      {below(text).map((each) => <mark key={each} class="without">{each}</mark>)}
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
