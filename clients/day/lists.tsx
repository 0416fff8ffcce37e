/** What came to nothing, and what was sold out: each with its time, so that the owner can ask the shift. */
import { lang } from "../lib/i18n";
import { clock } from "../lib/time";
import type { Reason } from "../lib/frames";
import type { DayReport, MissedOrder } from "../lib/wire";
import { dayOf, type Out, outs } from "./format";
import { t } from "./words";

export function Missed({ report }: { report: DayReport }) {
  return (
    <section aria-labelledby="missed">
      <h2 id="missed">{t().missedList}</h2>
      {report.missed.length === 0 ? (
        <p class="card calm">{t().missedNone}</p>
      ) : (
        <div class="card table-room">
          <table aria-labelledby="missed">
            <thead>
              <tr>
                <th scope="col">{t().order}</th>
                <th scope="col">{t().placed}</th>
                <th scope="col">{t().why}</th>
              </tr>
            </thead>
            <tbody>
              {report.missed.map((order) => (
                <tr key={`${order.number} ${order.placed_at}`}>
                  <th scope="row" class="code">{order.number}</th>
                  <td data-of={t().placed}>{clock(order.placed_at, report.timezone, lang.value)}</td>
                  <td data-of={t().why}>{whyOf(order)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function whyOf({ why, reason }: MissedOrder): string {
  const told = reason === null ? undefined : t().reasons[reason as Reason];
  return told ? `${t().whys[why]} · ${told}` : t().whys[why];
}

export function SoldOut({ report }: { report: DayReport }) {
  const all = outs(report.sold_out);
  return (
    <section aria-labelledby="sold-out">
      <h2 id="sold-out">{t().soldOut}</h2>
      {all.length === 0 ? (
        <p class="card calm">{t().soldOutNone}</p>
      ) : (
        <div class="card table-room">
          <table aria-labelledby="sold-out">
            <thead>
              <tr>
                <th scope="col">{t().dish}</th>
                <th scope="col">{t().from}</th>
                <th scope="col">{t().to}</th>
                <th scope="col">{t().by}</th>
              </tr>
            </thead>
            <tbody>
              {all.map((out) => (
                <tr key={`${out.item} ${out.from ?? out.to}`}>
                  <th scope="row">{out.name}</th>
                  <td data-of={t().from}>{startOf(out, report)}</td>
                  <td data-of={t().to}>{endOf(out, report)}</td>
                  <td class="device" data-of={t().by}>{out.device || "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function startOf({ from }: Out, { day, timezone }: DayReport): string {
  return from === null || dayOf(from, timezone) < day ? t().before : clock(from, timezone, lang.value);
}

function endOf(out: Out, report: DayReport): string {
  if (out.to !== null) return clock(out.to, report.timezone, lang.value);
  if (out.today) return t().dayEnd;
  return report.day === report.today ? t().stillOut : t().notBack;
}
