/** The way of an order, each step with its time: stored, seen by the kitchen, accepted, and on until it is handed over. */
import { stepOf } from "../lib/frames";
import { lang } from "../lib/i18n";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { clock, serverNow, tick } from "../lib/time";
import { isUnseen } from "../lib/tracker";
import type { Order } from "../lib/wire";
import { common } from "../lib/words";
import { PATH, PATH_DELIVERY } from "./hero";
import { t } from "./words/tracker";

interface Step {
  id: string;
  name: string;
  reached: boolean;
  at?: string | null | undefined;
  /** What is expected, where it is not reached. */
  hope?: string | undefined;
}

function stepsOf(order: Order, zone: string): Step[] {
  const path = order.service === "delivery" ? PATH_DELIVERY : PATH;
  const now = path.indexOf(order.status);
  const steps: Step[] = path.map((status, index) => ({
    id: status,
    name: status === "completed" ? t().done[order.service] : status === "placed" ? t().stored : common().status[status],
    reached: index <= now,
    at: stepOf(order, status)?.at,
    hope: status === "ready" && order.promised_at ? t().about(clock(order.promised_at, zone, lang.value)) : undefined,
  }));
  // A shop that accepts by itself may be faster than its screen.
  if (order.seen_at || now === 0) steps.splice(1, 0, { id: "seen", name: t().seen, reached: order.seen_at != null, at: order.seen_at });
  return steps;
}

export function Steps({ order, zone }: { order: Order; zone: string }) {
  const steps = stepsOf(order, zone);
  const at = steps.findLastIndex((step) => step.reached);
  return (
    <ol class="steps" aria-label={t().steps}>
      {steps.map((step, index) => (
        <li
          key={step.id}
          class={index === at ? "now" : step.reached ? "past" : ""}
          aria-current={index === at ? "step" : undefined}
        >
          <span class="step-mark">{step.reached && <Icon d={icon.check} size={16} />}</span>
          <span class="grow">{step.id === "seen" && !step.reached ? <Unseen order={order} /> : step.name}</span>
          {step.reached && step.at && <time dateTime={step.at}>{clock(step.at, zone, lang.value)}</time>}
          {!step.reached && step.hope && <span class="hope">{step.hope}</span>}
        </li>
      ))}
    </ol>
  );
}

/** Stored, and on no screen of the kitchen yet. */
function Unseen({ order }: { order: Order }) {
  void tick.value;
  return <span role="status">{isUnseen(order, serverNow()) ? t().stillNotSeen : t().notSeen}</span>;
}
