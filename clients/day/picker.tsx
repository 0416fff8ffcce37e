/** Which day: one back, one on, any from the browser's own calendar, today. Never a day that has not come. */
import { lang } from "../lib/i18n";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { longDay, shifted } from "./format";
import { chooseDay, day, report } from "./state";
import { t } from "./words";

export function DayPicker() {
  const today = report.value?.today;
  const chosen = day.value ?? today;
  return (
    <div class="picker">
      <h2 class="chosen">{chosen ? longDay(chosen, lang.value) : t().today}</h2>
      <div class="picker-do">
        <button
          type="button"
          class="button square"
          aria-label={t().previous}
          disabled={!chosen}
          onClick={() => chosen && chooseDay(shifted(chosen, -1))}
        >
          <Icon d={icon.back} />
        </button>
        <input
          type="date"
          aria-label={t().day}
          value={chosen ?? ""}
          max={today}
          onChange={({ currentTarget: { value } }) => {
            if (value) chooseDay(value);
          }}
        />
        <button
          type="button"
          class="button square"
          aria-label={t().next}
          disabled={!chosen || !today || chosen >= today}
          onClick={() => chosen && chooseDay(shifted(chosen, 1))}
        >
          <Icon d={icon.next} />
        </button>
        <button type="button" class="button" disabled={day.value === null} onClick={() => today && chooseDay(today)}>
          {t().today}
        </button>
      </div>
    </div>
  );
}
