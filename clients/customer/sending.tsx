/** What stands in the form's place while an order is under way and nothing is certain: said as it is. */
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { Sheet } from "../lib/parts/sheet";
import { tick } from "../lib/time";
import { lang } from "../lib/i18n";
import type { Shop } from "../lib/wire";
import { close } from "./route";
import { cart } from "./state";
import { checkNow, crowded, sendNow, sentAt, takeBack } from "./submit";
import { t as page } from "./words";
import { t } from "./words/sheets";

const LONG_MS = 20_000;

/** The order may have arrived: it is asked after with the same key, until somebody knows. */
export function Checking({ shop }: { shop: Shop }) {
  void tick.value;
  const long = Date.now() - sentAt.value > LONG_MS;
  return (
    <Sheet title={page().checking} onClose={close}>
      <div class="empty" role="status">
        <span class="spinner big" />
        <p>{!navigator.onLine ? t().checkingOffline : crowded.value ? t().crowdedText : t().checkingText}</p>
        <button type="button" class="button" onClick={checkNow}>
          {t().checkNow}
        </button>
        {long && <Call shop={shop} />}
      </div>
    </Sheet>
  );
}

function Call({ shop }: { shop: Shop }) {
  if (!shop.phone) return null;
  return (
    <a class="button quiet" href={`tel:${shop.phone.replace(/\s/g, "")}`}>
      <Icon d={icon.phone} /> {t().call(shop.phone)}
    </a>
  );
}

const WHEN: Intl.DateTimeFormatOptions = { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

/** An order from before: nothing goes out that nobody wants any more. */
export function Asking({ shop }: { shop: Shop }) {
  const { left, sentAt: at } = cart.value;
  const when = at > 0 ? new Date(at).toLocaleString(lang.value, WHEN) : "";
  return (
    <Sheet title={left ? t().askLeftTitle : page().unsent} onClose={close}>
      <div class="empty">
        <Icon d={icon.clock} size={40} />
        <p role="status">{left ? t().askLeft(when) : t().askUnsent(when)}</p>
        <button type="button" class="button primary" onClick={sendNow}>
          {t().sendNow}
        </button>
        <button type="button" class="button" onClick={takeBack}>
          {t().changeOrder}
        </button>
        {left && <Call shop={shop} />}
      </div>
    </Sheet>
  );
}

/** The phone is offline: nothing has left it. */
export function Unsent() {
  return (
    <Sheet title={page().unsent} onClose={close}>
      <div class="empty">
        <Icon d={icon.wifi} size={40} />
        <p role="status">{t().unsentText}</p>
        <button type="button" class="button" onClick={takeBack}>
          {t().changeOrder}
        </button>
      </div>
    </Sheet>
  );
}
