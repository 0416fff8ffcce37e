/** Why the server has not taken an order: in the form, and in the cart where it is mended. */
import { MOST_LINES } from "../lib/cart";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { cart } from "./state";
import { refusal } from "./submit";
import { t } from "./words/sheets";

/** Whether what was refused is in the cart's lines. */
export const aboutLines = (): boolean => refusal.value?.errors?.some((error) => /^#?\/lines/.test(error.pointer)) ?? false;

export const overfilled = (): boolean => cart.value.lines.length > MOST_LINES;

/** `fields`: the form marks what is wrong in it. */
export function Refused({ fields = false }: { fields?: boolean }) {
  const problem = refusal.value;
  if (!problem) return null;
  const known = aboutLines() ? t().refusedLines : t().refused[problem.code];
  const text = fields ? t().fixFields : (known ?? t().refusedOther(problem.errors?.[0]?.detail ?? problem.detail));
  return (
    <p class="notice bad">
      <Icon d={icon.alert} /> {text}
    </p>
  );
}
