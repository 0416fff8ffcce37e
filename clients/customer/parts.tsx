/** Small parts that the menu, the sheets over it and the tracker share. */
import { lang } from "../lib/i18n";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { clock } from "../lib/time";
import type { Shop } from "../lib/wire";
import { common } from "../lib/words";
import { shopAsOf, shopLink, shut } from "./state";
import { t } from "./words";

export function Failed({ onRetry }: { onRetry: () => void }) {
  return (
    <div class="notice bad" role="alert">
      <Icon d={icon.alert} />
      <p class="grow">{t().loadFailed}</p>
      <button type="button" class="button quiet" onClick={onRetry}>
        {common().retry}
      </button>
    </div>
  );
}

export function Skeleton({ rows }: { rows: number }) {
  return (
    <div class="skeletons" role="status" aria-label={common().loading}>
      {Array.from({ length: rows }, (_, index) => (
        <div class="skeleton" key={index} />
      ))}
    </div>
  );
}

/** One of six quiet colours, always the same for one shop. */
const hue = (text: string): number => [...text].reduce((sum, char) => sum + (char.codePointAt(0) ?? 0), 0) % 6;

/** The shop's first letter on its colour, where others have a logo. */
export const Monogram = ({ shop }: { shop: { slug: string; name: string } }) => (
  <span class={`monogram hue-${hue(shop.slug)}`} aria-hidden="true">
    {[...shop.name][0]}
  </span>
);

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
