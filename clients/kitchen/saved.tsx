/** Tickets that outlive a reload without a network: shown as they were, and only to be read. */
import type { ComponentChildren } from "preact";
import { lang } from "../lib/i18n";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { clock } from "../lib/time";
import { log, savedAt } from "./state";
import { t } from "./words";

/** Nothing inside can be tapped while it shows what was kept: an order may have moved on since. */
export function ReadOnly({ children }: { children: ComponentChildren }) {
  return (
    <fieldset class="read-only" disabled={savedAt.value > 0}>
      {children}
    </fieldset>
  );
}

export function SavedBar() {
  const at = savedAt.value;
  return (
    <div role="status">
      {at > 0 && log.value.orders.size > 0 && (
        <p class="saved-bar">
          <Icon d={icon.clock} /> {t().saved(clock(at, log.value.shop?.timezone ?? "", lang.value))}
        </p>
      )}
    </div>
  );
}
