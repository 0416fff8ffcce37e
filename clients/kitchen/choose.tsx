/** Two questions with big answers: in how many minutes, and for what reason. */
import { REASONS, type Reason } from "../lib/frames";
import { Sheet } from "../lib/parts/sheet";
import type { Order } from "../lib/wire";
import { accept } from "./bump";
import { command } from "./commands";
import { t } from "./words";
import { desk as d } from "./words/desk";

const MINUTES = Array.from({ length: 12 }, (_, index) => (index + 1) * 5);

export function MinutesSheet({ order, onClose }: { order: Order; onClose: () => void }) {
  return (
    <Sheet kind="center" title={d().otherTimeFor(order.number)} onClose={onClose}>
      <div class="grid four">
        {MINUTES.map((minutes) => (
          <button
            key={minutes}
            type="button"
            class="button big primary"
            aria-label={t().acceptMinutes(minutes)}
            onClick={() => {
              accept(order, minutes);
              onClose();
            }}
          >
            {minutes}
          </button>
        ))}
      </div>
    </Sheet>
  );
}

interface ReasonProps {
  order: Order;
  name: "reject" | "cancel";
  onClose: () => void;
}

export function ReasonSheet({ order, name, onClose }: ReasonProps) {
  const offered = REASONS.filter((reason) => fits(reason, order, name));
  return (
    <Sheet kind="center" title={name === "reject" ? d().rejectTitle(order.number) : d().cancelTitle(order.number)} onClose={onClose}>
      <div class="grid two">
        {offered.map((reason) => (
          <button
            key={reason}
            type="button"
            class="button big"
            onClick={() => {
              command({ name, order: order.id, reason });
              onClose();
            }}
          >
            {d().reason[reason]}
          </button>
        ))}
      </div>
    </Sheet>
  );
}

function fits(reason: Reason, order: Order, name: "reject" | "cancel"): boolean {
  if (reason === "out_of_area") return order.service === "delivery";
  if (reason === "customer_asked") return name === "cancel";
  return true;
}
