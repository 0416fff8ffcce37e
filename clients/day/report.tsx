/** One day of the shop: which day, how true it is, the figures, and what to do with them. */
import { useSignal } from "@preact/signals";
import { lang } from "../lib/i18n";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { LangSwitch } from "../lib/parts/lang";
import { Sheet } from "../lib/parts/sheet";
import { clock } from "../lib/time";
import { common } from "../lib/words";
import type { DayReport } from "../lib/wire";
import { HoursChart } from "./chart";
import { saveCsv } from "./csv";
import { BigFigures, Speed } from "./figures";
import { shownHours } from "./format";
import { Missed, SoldOut } from "./lists";
import { DayPicker } from "./picker";
import { day, device, loading, refresh, report, setDevice, shown } from "./state";
import { t } from "./words";

export function ReportPage() {
  const now = shown.value;
  return (
    <div class="sheet-of-day">
      <header class="top">
        <div class="grow">
          <p class="muted small">{t().title}</p>
          <h1>{report.value?.name ?? device.value?.shop}</h1>
        </div>
        <LangSwitch />
      </header>
      <main>
        <DayPicker />
        <Truth />
        {now ? <Figures report={now} /> : <Waiting />}
      </main>
      <Foot />
    </div>
  );
}

/** From when the figures are; and if they do not come, that they do not. Only that is read aloud: the time changes each minute. */
function Truth() {
  const now = shown.value;
  const at = now && clock(now.at, now.timezone, lang.value);
  const wrong = loading.value === "offline" || loading.value === "failed";
  return (
    <div class="truth">
      {at && !wrong && (
        <p class="muted small">
          {t().asOf(at)}
          {day.value === null && ` · ${t().refreshes}`}
        </p>
      )}
      <div role="status">
        {wrong && (
          <p class="notice warn">
            <Icon d={loading.value === "offline" ? icon.wifi : icon.alert} />
            <span class="grow">{wrongText(at)}</span>
            <button type="button" class="button" onClick={refresh}>
              {common().retry}
            </button>
          </p>
        )}
      </div>
    </div>
  );
}

function wrongText(at: string | null): string {
  if (loading.value === "offline") return at ? t().offline(at) : t().offlineNothing;
  return at ? t().failedOld(at) : t().failed;
}

function Waiting() {
  if (loading.value !== "loading") return null;
  return (
    <p class="waiting" role="status">
      <span class="spinner big" />
      <span>{common().loading}</span>
    </p>
  );
}

function Figures({ report: now }: { report: DayReport }) {
  const isEmpty = now.orders === 0;
  return (
    <>
      {isEmpty ? (
        <section class="card empty">
          <Icon d={icon.bag} size={44} />
          <h2>{t().none}</h2>
          {now.day === now.today && <p class="muted">{t().noneText}</p>}
        </section>
      ) : (
        <>
          <BigFigures report={now} />
          <div class="columns">
            <section aria-labelledby="hours">
              <h2 id="hours">{t().hours}</h2>
              <div class="card">
                <HoursChart key={now.day} hours={shownHours(now.hours)} />
              </div>
            </section>
            <Speed report={now} />
          </div>
        </>
      )}
      {!(isEmpty && now.sold_out.length === 0) && (
        <div class="columns">
          {!isEmpty && <Missed report={now} />}
          <SoldOut report={now} />
        </div>
      )}
      {!isEmpty && <Taking report={now} />}
    </>
  );
}

/** Take the day along: as a file, or on paper. */
function Taking({ report: now }: { report: DayReport }) {
  const state = useSignal<"idle" | "busy" | "failed">("idle");
  const save = async () => {
    state.value = "busy";
    try {
      await saveCsv(now.shop, now.day, device.value?.token ?? "");
      state.value = "idle";
    } catch {
      state.value = "failed";
    }
  };
  return (
    <section class="taking" aria-label={t().csv}>
      <button type="button" class="button primary" disabled={state.value === "busy"} onClick={() => void save()}>
        {state.value === "busy" ? t().csvBusy : t().csv}
      </button>
      <button type="button" class="button" onClick={() => print()}>
        {t().print}
      </button>
      <div role="alert" class="wide">
        {state.value === "failed" && (
          <p class="notice bad">
            <Icon d={icon.alert} /> {t().csvFailed}
          </p>
        )}
      </div>
    </section>
  );
}

function Foot() {
  const asks = useSignal(false);
  const close = () => {
    asks.value = false;
  };
  return (
    <footer class="foot">
      <a class="text-button" href="/kitchen/">
        {t().toKitchen}
      </a>
      <button
        type="button"
        class="text-button"
        onClick={() => {
          asks.value = true;
        }}
      >
        {t().unpair}
      </button>
      {asks.value && (
        <Sheet kind="center" title={t().unpairSure} onClose={close}>
          <p>{t().unpairText}</p>
          <div class="choice">
            <button type="button" class="button danger" onClick={() => setDevice(null)}>
              {t().unpairYes}
            </button>
            <button type="button" class="button" onClick={close}>
              {t().keep}
            </button>
          </div>
        </Sheet>
      )}
    </footer>
  );
}
