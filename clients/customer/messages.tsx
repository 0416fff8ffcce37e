/** The talk between a customer and the shop. */
import { useSignal } from "@preact/signals";
import { lang } from "../lib/i18n";
import { clock } from "../lib/time";
import type { Order } from "../lib/wire";
import type { Follower } from "./follow";
import { t } from "./words/rest";

export function Messages({ order, zone, follower }: { order: Order; zone: string; follower: Follower }) {
  const text = useSignal("");
  const over = ["completed", "rejected", "expired", "cancelled"].includes(order.status);
  if (over && order.messages.length === 0) return null;
  const offline = follower.state.value !== "online";
  const say = (event: Event) => {
    event.preventDefault();
    const said = text.value.trim();
    if (!said || offline) return;
    follower.command({ name: "message", text: said });
    text.value = "";
  };
  return (
    <section aria-labelledby="talk">
      <h2 id="talk">{t().messages}</h2>
      <div class="card talk">
        <div role="log" aria-live="polite" aria-label={t().messages}>
          <ul>
            {order.messages.length === 0 && follower.saying().length === 0 && <li class="muted small">{t().noMessages}</li>}
            {order.messages.map((message, index) => (
              <li key={index} class={message.from === "customer" ? "said mine" : "said"}>
                <small class="muted">
                  {message.from === "customer" ? t().fromYou : t().fromShop} · {clock(message.at, zone, lang.value)}
                </small>
                <span>{message.text}</span>
              </li>
            ))}
            {follower.saying().map((said, index) => (
              <li key={`on its way ${index}`} class="said mine waiting">
                <small class="muted">
                  {t().fromYou} · {t().saying}
                </small>
                <span>{said}</span>
              </li>
            ))}
          </ul>
        </div>
        {!over && (
          <form class="say" onSubmit={say}>
            <input
              type="text"
              maxLength={200}
              aria-label={t().writeMessage}
              placeholder={t().writeMessage}
              value={text.value}
              onInput={(event) => {
                text.value = event.currentTarget.value;
              }}
            />
            <button type="submit" class="button" disabled={offline || !text.value.trim()}>
              {t().sendMessage}
            </button>
          </form>
        )}
      </div>
    </section>
  );
}
