/** Why the last tap was refused, where the tap was. */
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { faults } from "./commands";
import { t } from "./words";

export function FaultLine({ about }: { about: string }) {
  const fault = faults.value.get(about);
  return (
    <div role="alert">
      {fault && (
        <p class="fault">
          <Icon d={icon.alert} size={20} /> {fault.code === "conflict" ? t().conflict : t().refused(fault.detail || fault.code)}
        </p>
      )}
    </div>
  );
}
