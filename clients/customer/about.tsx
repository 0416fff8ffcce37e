/** The shop itself: how to reach it, and how to send it to a friend. */
import { useSignal } from "@preact/signals";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { Sheet } from "../lib/parts/sheet";
import type { Shop } from "../lib/wire";
import { past } from "./orders";
import { Openness } from "./parts";
import { close, follow, open, shopUrl } from "./route";
import { t as orders } from "./words/past";
import { t } from "./words/sheets";

export function AboutSheet({ shop }: { shop: Shop }) {
  const said = useSignal<"copied" | "copy" | null>(null);
  const url = location.origin + shopUrl(shop.slug);
  const share = async () => {
    try {
      if (navigator.share) return await navigator.share({ title: shop.name, url });
      await navigator.clipboard.writeText(url);
      said.value = "copied";
    } catch (error) {
      // Thought better of it; or no clipboard without https: then the address can be copied by hand.
      if ((error as Error).name !== "AbortError") said.value = "copy";
    }
  };
  return (
    <Sheet title={shop.name} onClose={close}>
      <Openness shop={shop} />
      <ul class="about">
        <li>
          <button type="button" class="about-row" onClick={() => void share()}>
            <Icon d={icon.share} /> {t().share}
          </button>
        </li>
        {shop.phone && (
          <li>
            <a class="about-row" href={`tel:${shop.phone.replace(/\s/g, "")}`}>
              <Icon d={icon.phone} /> {t().call(shop.phone)}
            </a>
          </li>
        )}
        {past.value.length > 0 && (
          <li>
            <button type="button" class="about-row" onClick={() => open({ name: "orders" })}>
              <Icon d={icon.receipt} /> {orders().title}
            </button>
          </li>
        )}
        <li>
          <a class="about-row" href="/" onClick={follow}>
            <Icon d={icon.bag} /> {t().shopsAndOrders}
          </a>
        </li>
      </ul>
      <div role="status">
        {said.value === "copied" && <p class="notice"><Icon d={icon.check} /> {t().linkCopied}</p>}
      </div>
      {said.value === "copy" && (
        <label class="field">
          <span>{t().copyLink}</span>
          <input type="text" readOnly value={url} onFocus={(event) => event.currentTarget.select()} />
        </label>
      )}
    </Sheet>
  );
}
