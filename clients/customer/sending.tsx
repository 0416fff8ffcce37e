/** What stands in the form's place while an order is under way and nothing is certain: said as it is. */
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { Sheet } from "../lib/parts/sheet";
import { tick } from "../lib/time";
import type { Shop } from "../lib/wire";
import { close } from "./route";
import { checkNow, sentAt, takeBack } from "./submit";
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
        <p>{navigator.onLine ? t().checkingText : t().checkingOffline}</p>
        <button type="button" class="button" onClick={checkNow}>
          {t().checkNow}
        </button>
        {long && shop.phone && (
          <a class="button quiet" href={`tel:${shop.phone.replace(/\s/g, "")}`}>
            <Icon d={icon.phone} /> {t().call(shop.phone)}
          </a>
        )}
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
