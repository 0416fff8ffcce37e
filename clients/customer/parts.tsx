/** Small parts that the shops, a menu and the sheets over it share. */
import { lang } from "../lib/i18n";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { clock } from "../lib/time";
import type { Shop } from "../lib/wire";
import { shopAsOf, shopLink, shut } from "./state";
import { t } from "./words";

/** How many: drawn, but no part of the text or of the name of what it hangs on. */
export const Badge = ({ n }: { n: number }) => (n > 0 ? <span class="badge" aria-hidden="true" data-n={n} /> : null);

/** Whether the shop takes orders, and how long that takes: as it changes. */
export function Openness({ shop }: { shop: Shop }) {
  const said: [kind: string, drawing: string, text: string][] = [];
  if (shopAsOf.value !== null) {
    said.push(["warn", icon.wifi, t().keptMenu(clock(shopAsOf.value, shop.timezone, lang.value))]);
  } else if (shut.value === "paused") {
    said.push(["warn", icon.clock, shop.paused_until ? t().pausedUntil(clock(shop.paused_until, shop.timezone, lang.value)) : t().paused]);
  } else if (shut.value === "closed") {
    said.push(["bad", icon.clock, t().closedNow]);
  } else if (shop.accepting === "busy") {
    said.push(["warn", icon.clock, shop.busy_minutes ? t().busy(shop.busy_minutes) : t().busyPlain]);
  }
  if (shopAsOf.value === null && shopLink.value === "waiting") said.push(["", icon.wifi, t().stale]);
  return (
    <div role="status" class="banners">
      {said.map(([kind, drawing, text]) => (
        <p key={drawing} class={`banner ${kind}`}>
          <Icon d={drawing} size={18} /> {text}
        </p>
      ))}
    </div>
  );
}

/** A quiet word before anybody orders: the shop is open, but nobody looks at its screen just now. An older server does not say. */
export function Unattended({ shop }: { shop: Shop }) {
  return (
    <div role="status">
      {shop.attended === false && shut.value === null && (
        <p class="aside-note">
          <Icon d={icon.eye} size={18} /> {t().unattended}
        </p>
      )}
    </div>
  );
}

interface StepperProps {
  name: string;
  n: number;
  onAdd: () => void;
  onRemove: () => void;
}

/** Minus, how many, plus. Whoever takes the last one away is left on the plus, not nowhere. */
export function Stepper({ name, n, onAdd, onRemove }: StepperProps) {
  return (
    <div class="stepper" role="group" aria-label={name}>
      {n > 0 && (
        <>
          <button
            type="button"
            aria-label={t().removeOne(name)}
            onClick={(event) => {
              if (n === 1) event.currentTarget.parentElement?.querySelector<HTMLElement>(".plus")?.focus();
              onRemove();
            }}
          >
            <Icon d={icon.minus} />
          </button>
          <output aria-label={t().quantity}>{n}</output>
        </>
      )}
      <button type="button" class="plus" aria-label={t().addOne(name)} onClick={onAdd}>
        <Icon d={icon.plus} />
      </button>
    </div>
  );
}
