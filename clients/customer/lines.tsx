/** What was ordered, as it was sold. */
import { lang } from "../lib/i18n";
import { lineNames } from "../lib/menu";
import { money } from "../lib/money";
import type { Order, Shop } from "../lib/wire";
import "./summary.css";
import { t } from "./words/rest";

export function Lines({ order, shop }: { order: Order; shop: Shop | null }) {
  const cost = (minor: number) => money(minor, order.currency, lang.value);
  return (
    <section aria-labelledby="what">
      <h2 id="what">{t().summary}</h2>
      <ul class="summary card">
        {order.lines.map((line, index) => {
          const names = lineNames(shop, line);
          return (
            <li key={index}>
              <span>{line.quantity} ×</span>
              <span class="grow">
                {names.name}
                {names.options.length > 0 && <small class="muted">{names.options.join(lang.value === "en" ? ", " : "、")}</small>}
                {line.note && <small class="line-note">{line.note}</small>}
              </span>
              <span>{cost(line.amount)}</span>
            </li>
          );
        })}
        {order.note && <li class="line-note">{order.note}</li>}
        <li class="sum">
          <b class="grow">{t().total}</b>
          <b>{cost(order.total)}</b>
        </li>
      </ul>
    </section>
  );
}
