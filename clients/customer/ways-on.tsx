/** Where a customer goes from an order: to the phone, or to the same order once more. */
import { late } from "../lib/late";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import type { Order, Shop } from "../lib/wire";
import type { AgainProps } from "./again-link";
import { follow, shopUrl } from "./route";
import { t } from "./words/tracker";

/** Few orders end so that the menu's rules for carts are needed here: they come when one does. */
const again = late<AgainProps>(() => import("./again-link").then((module) => module.AgainLink));

export function Again(props: AgainProps & { order: Order }) {
  const plain = (
    <a class={props.class} href={shopUrl(props.order.shop)} onClick={follow}>
      {t().again}
    </a>
  );
  return <again.Part {...props} waiting={plain} failed={plain} />;
}

export function Call({ shop, loud = false }: { shop: Shop | null; loud?: boolean }) {
  if (!shop?.phone) return null;
  return (
    <a class={loud ? "button wide" : "text-button"} href={`tel:${shop.phone}`}>
      <Icon d={icon.phone} size={loud ? 24 : 20} /> {t().call(shop.phone)}
    </a>
  );
}
