/** Orders by the hour: bars of our own, values by touch, mouse or arrow keys, and the same as a table. */
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { HourCount } from "../lib/wire";
import { hourSpan, marks } from "./format";
import { t } from "./words";

/** The picture is as wide as a phone: there its letters have their own size, elsewhere they grow with it. */
const WIDTH = 360;
const HEIGHT = 180;
const LEFT = 30;
const TOP = 10;
const FOOT = 26;

export function HoursChart({ hours }: { hours: readonly HourCount[] }) {
  const busiest = hours.reduce((best, count, at) => (count.orders > (hours[best]?.orders ?? 0) ? at : best), 0);
  const chosen = useSignal(busiest);
  const at = Math.min(chosen.value, hours.length - 1);
  const now = hours[at];
  if (!now) return null;
  const choose = (next: number) => {
    chosen.value = Math.max(0, Math.min(hours.length - 1, next));
  };
  const point = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    const box = (event.currentTarget.firstElementChild ?? event.currentTarget).getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * WIDTH - LEFT;
    choose(Math.floor(x / (WIDTH - LEFT) * hours.length));
  };
  const words = t().hoursIs(hourSpan(now.hour), now.orders, now.missed);
  return (
    <figure class="chart">
      <p class="chart-value" aria-hidden="true">
        {words}
      </p>
      <div
        class="chart-area"
        role="slider"
        tabIndex={0}
        aria-label={t().hours}
        aria-valuemin={0}
        aria-valuemax={hours.length - 1}
        aria-valuenow={at}
        aria-valuetext={words}
        onPointerMove={point}
        onPointerDown={point}
        onKeyDown={(event) => {
          const to = { ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1, Home: 0, End: hours.length - 1 }[event.key];
          if (to === undefined) return;
          event.preventDefault();
          choose(to);
        }}
      >
        <Bars hours={hours} at={at} />
      </div>
      <figcaption class="legend">
        <span>
          <i class="key" /> {t().served}
        </span>
        <span>
          <i class="key missed" /> {t().missed}
        </span>
        <span class="muted hint">{t().chartHint}</span>
      </figcaption>
      <details>
        <summary>{t().asTable}</summary>
        <HoursTable hours={hours} />
      </details>
    </figure>
  );
}

function Bars({ hours, at }: { hours: readonly HourCount[]; at: number }) {
  const id = useId().replace(/[^\w-]/g, "");
  const axis = marks(Math.max(...hours.map(({ orders }) => orders)));
  const top = axis.at(-1) ?? 1;
  const y = (count: number) => TOP + HEIGHT * (1 - count / top);
  const bar = (WIDTH - LEFT) / hours.length;
  const [gap, wide] = [bar * 0.17, bar * 0.66];
  const every = Math.ceil(hours.length / 8);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${TOP + HEIGHT + FOOT}`} aria-hidden="true" focusable="false">
      <pattern id={id} width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect class="hatch-back" width="7" height="7" />
        <rect class="hatch" width="3.5" height="7" />
      </pattern>
      {axis.map((mark) => (
        <g key={mark}>
          <line class="grid-line" x1={LEFT} x2={WIDTH} y1={y(mark)} y2={y(mark)} />
          <text class="axis" x={LEFT - 8} y={y(mark) + 4} text-anchor="end">
            {mark}
          </text>
        </g>
      ))}
      <rect class="pointed" x={LEFT + at * bar} y={TOP} width={bar} height={HEIGHT} rx="6" />
      {hours.map(({ hour, orders, missed }, index) => {
        const x = LEFT + index * bar + gap;
        return (
          <g key={hour}>
            <rect class="bar-taken" x={x} y={y(orders - missed)} width={wide} height={y(0) - y(orders - missed)} />
            {missed > 0 && (
              <rect class="bar-missed" x={x} y={y(orders)} width={wide} height={y(0) - y(missed)} fill={`url(#${id})`} />
            )}
            {index % every === 0 && (
              <text class="axis" x={x + wide / 2} y={TOP + HEIGHT + 18} text-anchor="middle">
                {hour}:00
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}

function HoursTable({ hours }: { hours: readonly HourCount[] }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{t().hour}</th>
          <th scope="col" class="number">{t().orders}</th>
          <th scope="col" class="number">{t().missed}</th>
        </tr>
      </thead>
      <tbody>
        {hours.map(({ hour, orders, missed }) => (
          <tr key={hour}>
            <th scope="row">{hourSpan(hour)}</th>
            <td class="number">{orders}</td>
            <td class="number">{missed}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
