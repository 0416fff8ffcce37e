/** The board: what is new stands in its own lane, what cooks stands oldest first, what is ready waits below. */
import { useEffect } from "preact/hooks";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import type { Order } from "../lib/wire";
import { checks } from "./gate";
import { FallbackBar, Header, StaleBanner } from "./header";
import { announced, log } from "./state";
import { GoneTicket, Ticket } from "./ticket";
import { common } from "../lib/words";
import { t } from "./words";

const oldestFirst = (a: Order, b: Order): number => a.placed_at.localeCompare(b.placed_at) || a.id.localeCompare(b.id);

export function Board() {
  const orders = [...log.value.orders.values()].sort(oldestFirst);
  const gone = [...log.value.gone.values()].sort(oldestFirst);
  const placed = orders.filter((order) => order.status === "placed");
  const cooking = orders.filter((order) => order.status === "accepted" || order.status === "preparing");
  const ready = orders.filter((order) => order.status === "ready" || order.status === "dispatched");
  return (
    <div class="board">
      <Header />
      <StaleBanner />
      <ReadyCheck />
      <p class="hidden" role="status" aria-live="polite">
        {announced.value && t().newOrder(announced.value)}
      </p>
      <main class="lanes">
        <section class={placed.length > 0 ? "lane new" : "lane new calm"} aria-labelledby="lane-new">
          <h2 id="lane-new">
            {t().laneNew} <span class="count">{placed.length}</span>
          </h2>
          <div class="tickets">
            {gone.map((order) => (
              <GoneTicket key={order.id} order={order} />
            ))}
            {placed.map((order) => (
              <Ticket key={order.id} order={order} />
            ))}
          </div>
          {placed.length + gone.length === 0 && <p class="lane-empty">{t().noNew}</p>}
        </section>
        <div class="rest">
          <section class="lane" aria-labelledby="lane-cooking">
            <h2 id="lane-cooking">
              {t().laneCooking} <span class="count">{cooking.length}</span>
            </h2>
            {cooking.length === 0 && <p class="lane-empty">{t().noneCooking}</p>}
            <div class="tickets">
              {cooking.map((order) => (
                <Ticket key={order.id} order={order} />
              ))}
            </div>
          </section>
          <section class="lane" aria-labelledby="lane-ready">
            <h2 id="lane-ready">
              {t().laneReady} <span class="count">{ready.length}</span>
            </h2>
            {ready.length === 0 && <p class="lane-empty">{t().noneReady}</p>}
            <div class="tickets">
              {ready.map((order) => (
                <Ticket key={order.id} order={order} />
              ))}
            </div>
          </section>
        </div>
      </main>
      <FallbackBar />
    </div>
  );
}

const GOOD_MS = 10_000;

/** What the start gate found. Good news goes by itself, bad news stays until it has been read. */
function ReadyCheck() {
  const found = checks.value;
  useEffect(() => {
    if (!found?.sound || !found.awake) return;
    const done = setTimeout(() => {
      checks.value = null;
    }, GOOD_MS);
    return () => clearTimeout(done);
  }, [found]);
  const parts = found
    ? [
        { name: t().checkSound, good: found.sound, why: t().soundWhy },
        { name: t().checkAwake, good: found.awake, why: t().awakeWhy },
      ]
    : [];
  return (
    <div role="status" aria-label={t().readyCheck}>
      {found && (
        <div class="ready-check">
          {parts.map((part) => (
            <span key={part.name} class={part.good ? "chip ok" : "chip bad"}>
              <Icon d={part.good ? icon.check : icon.alert} size={18} /> {part.name}: {part.good ? t().ok : t().failed}
              {!part.good && <span class="why"> {part.why}</span>}
            </span>
          ))}
          <button
            type="button"
            class="button small-button"
            onClick={() => {
              checks.value = null;
            }}
          >
            {common().close}
          </button>
        </div>
      )}
    </div>
  );
}
