/** What a note must not be read over: allergies, and what is to be left out. A list of words, so a hint and no promise. */
import type { Order } from "../lib/wire";

export type Kind = "allergy" | "without";

/** A piece of a note; `kind` is null where nothing stands out. */
export interface Piece {
  text: string;
  kind: Kind | null;
}

// Whole words in English: neither a doughnut nor nutmeg is a nut. No look-behind: older tablets do not know it.
const ALLERGENS = new RegExp(
  "\\b(?:(?:pea|wal|hazel|chest)?nuts?|almonds?|cashews?|pistachios?|pecans?|sesame|gluten|wheat|lactose|dairy|soya?|shellfish|" +
    "shrimps?|prawns?|crabs?|lobsters?|molluscs?|sul(?:ph|f)ites?|mustard)\\b|" +
    "花生|坚果|堅果|麸质|乳糖|海鲜|海鮮|虾|蟹|贝类|芝麻|腰果|核桃|杏仁|开心果|榛子|小麦|乳制品",
  "giu",
);
const ALLERGY = /\b(?:allerg\w*|anaphyla\w*|epi-?pen|co?eliac|intoleran\w*)\b|(?:[对對]\p{Script=Han}{1,6}?)?(?:过敏|過敏|不耐受)|忌口|蚕豆病/giu;
const WITHOUT =
  /\b(?:no|without|w\/o|hold(?: the)?|skip(?: the)?|leave out(?: the)?|minus)\s+[\p{L}'-]+|(?:(?:不要|别|不)再?[加放]|不要(?![紧忘急错])|不吃|免[加放]|去掉|走(?=[葱青蒜冰糖辣]))(?:(?![和跟谢请但就])\p{Script=Han}){1,6}/giu;

const CLAUSE = /[,.;!?，。；！？、\n]/;
const MORE = /(?:\b(?:extra|more|add|with|double|plus)\s|[多加][放加点些一]*)$/i;
const NOT = /[不别免勿]|\b(?:no|not|don'?t|without)\b/i;

/** "Extra peanuts" is a wish, no warning. */
function wanted(before: string): boolean {
  const clause = before.split(CLAUSE).at(-1) ?? "";
  return MORE.test(clause) && !NOT.test(clause);
}

interface Found {
  from: number;
  to: number;
  kind: Kind;
}

const find = (text: string, words: RegExp, kind: Kind): Found[] =>
  [...text.matchAll(words)].map((match) => ({ from: match.index, to: match.index + match[0].length, kind }));

/** Cut a note into pieces: where both kinds meet ("no nuts") all of it is an allergy. */
export function pieces(text: string): Piece[] {
  const allergens = find(text, ALLERGENS, "allergy").filter(({ from }) => !wanted(text.slice(0, from)));
  const found = [...find(text, ALLERGY, "allergy"), ...allergens, ...find(text, WITHOUT, "without")].sort((a, b) => a.from - b.from);
  const merged: Found[] = [];
  for (const each of found) {
    const last = merged.at(-1);
    if (last === undefined || each.from > last.to || (each.from === last.to && each.kind !== last.kind)) merged.push({ ...each });
    else {
      last.to = Math.max(last.to, each.to);
      if (each.kind === "allergy") last.kind = "allergy";
    }
  }
  const out: Piece[] = [];
  let at = 0;
  for (const { from, to, kind } of merged) {
    if (from > at) out.push({ text: text.slice(at, from), kind: null });
    out.push({ text: text.slice(from, to), kind });
    at = to;
  }
  if (at < text.length) out.push({ text: text.slice(at), kind: null });
  return out;
}

const known = new Map<string, boolean>();

/** Say whether a note speaks of an allergy. */
export function warns(text: string): boolean {
  if (!text) return false;
  let answer = known.get(text);
  if (answer === undefined) {
    answer = pieces(text).some(({ kind }) => kind === "allergy");
    if (known.size > 500) known.clear(); // a day's notes, not a year's
    known.set(text, answer);
  }
  return answer;
}

/** Say whether an order speaks of an allergy anywhere. */
export const orderWarns = (order: Order): boolean => warns(order.note) || order.lines.some((line) => warns(line.note));
