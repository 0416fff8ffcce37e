/** The order of this phone that its shop has in hand, told on the shop's menu: one tap leads back to it. Loaded when the menu stands. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import * as api from "../lib/api";
import { isOpen } from "../lib/frames";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { serverNow } from "../lib/time";
import { newer } from "../lib/tracker";
import type { Order } from "../lib/wire";
import { keepOrder, keptOrder } from "./kept";
import { type Past, past } from "./orders";
import { follow, orderUrl } from "./route";
import "./running.css";
import { t } from "./words/running";

const ASK_MS = 30_000;
const DAY_MS = 24 * 3_600_000;

interface Running {
  one: Past;
  order: Order;
}

export function RunningOrder({ slug }: { slug: string }) {
  const running = useSignal<Running | null>(null);
  useEffect(() => {
    let here = true;
    const look = async () => {
      if (document.visibilityState !== "visible") return;
      running.value = newest(slug);
      await refresh(slug);
      if (here) running.value = newest(slug);
    };
    void look();
    const timer = setInterval(() => void look(), ASK_MS);
    const again = () => void look();
    document.addEventListener("visibilitychange", again);
    return () => {
      here = false;
      clearInterval(timer);
      document.removeEventListener("visibilitychange", again);
    };
  }, [slug, past.value]);
  const now = running.value;
  if (!now) return null;
  return (
    <aside aria-label={t().here}>
      <a class="running" href={orderUrl(now.one.id, now.one.token)} onClick={follow}>
        <Icon d={now.order.status === "placed" ? icon.clock : icon.check} size={20} />
        <span class="grow">
          <b>{t().order(now.order.number)}</b> · {t().status[now.order.status]}
        </span>
        <Icon d={icon.next} size={20} />
      </a>
    </aside>
  );
}

/** What this page was told: the storage may be full. */
const told = new Map<string, Order>();

/** The last that is known of an order: the tracker may have kept a newer one since. */
function lastOf(id: string): Order | undefined {
  const kept = keptOrder(id)?.order, heard = told.get(id);
  return kept && heard ? newer(kept, heard) : (heard ?? kept);
}

/** Orders of the last day, newest first: an older one is in nobody's hands. */
const recent = (): Past[] => past.value.filter((one) => serverNow() - Date.parse(one.at) < DAY_MS);

/** The newest order of this shop that is not over, as far as this phone knows. */
function newest(slug: string): Running | null {
  for (const one of recent()) {
    const order = lastOf(one.id);
    if (order?.shop === slug && isOpen(order)) return { one, order };
  }
  return null;
}

const ASKED_AT_ONCE = 3;

/** Ask after the newest orders that may be this shop's and are not known to be over: a few small questions. */
async function refresh(slug: string): Promise<void> {
  const open = recent().filter(({ id }) => {
    const order = lastOf(id);
    return !order || (order.shop === slug && isOpen(order));
  });
  await Promise.all(open.slice(0, ASKED_AT_ONCE).map(ask));
}

async function ask(one: Past): Promise<void> {
  try {
    const { order } = await api.getOrder(one.id, one.token);
    told.set(one.id, order);
    const kept = keptOrder(one.id);
    keepOrder({ order, shop: kept?.shop ?? null, epoch: kept?.epoch ?? null, at: serverNow() });
  } catch {
    // What this phone knows is shown until it knows more.
  }
}
