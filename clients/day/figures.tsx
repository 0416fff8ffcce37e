/** The day's numbers: few big ones first, then how fast it went, each with a sentence that says what is counted. */
import type { ComponentChildren } from "preact";
import { lang } from "../lib/i18n";
import { money } from "../lib/money";
import { Icon } from "../lib/parts/icon";
import * as icon from "../lib/parts/icons";
import { common } from "../lib/words";
import type { DayReport, Spread } from "../lib/wire";
import { duration, missedOf, percent } from "./format";
import { t } from "./words";

export function BigFigures({ report }: { report: DayReport }) {
  const missed = missedOf(report);
  const count = new Intl.NumberFormat(lang.value);
  return (
    <section aria-label={t().figures}>
      <dl class="big">
        <Big name={t().orders} value={count.format(report.orders)} text={servicesText(report)} />
        <Big name={t().revenue} value={money(report.revenue, report.currency, lang.value)} text={t().revenueText} />
        <Big
          name={t().completed}
          value={count.format(report.completed)}
          text={report.open > 0 ? t().stillOpen(report.open) : t().allClosed}
        />
        <Big
          name={t().missed}
          value={count.format(missed)}
          text={missed > 0 ? t().missedOf(percent(missed, report.orders, lang.value)) : t().noneMissed}
          sign={missed > 0 ? icon.alert : icon.check}
          kind={missed > 0 ? "bad" : "ok"}
        />
      </dl>
    </section>
  );
}

/** The services that were used, with their counts. */
function servicesText({ services }: DayReport): string {
  return (["pickup", "delivery", "dine_in"] as const)
    .filter((service) => services[service] > 0)
    .map((service) => `${common().service[service]} ${services[service]}`)
    .join(" · ");
}

interface BigProps {
  name: string;
  value: string;
  text: string;
  sign?: string;
  kind?: "ok" | "bad";
}

/** A number that is long becomes smaller: as wide as its card at most. */
function Big({ name, value, text, sign, kind }: BigProps) {
  return (
    <div class={`card figure ${kind ?? ""}`}>
      <dt>{name}</dt>
      <dd>
        <b style={{ fontSize: `min(34px, ${150 / (value.length + (sign ? 2 : 0))}cqi)` }}>
          {sign && <Icon d={sign} size={26} />} {value}
        </b>
        <small>{text}</small>
      </dd>
    </div>
  );
}

export function Speed({ report }: { report: DayReport }) {
  const { met, late } = report.on_time;
  const promised = met + late;
  return (
    <section aria-labelledby="speed">
      <h2 id="speed">{t().speed}</h2>
      <div class="card speeds">
        <SpreadRow name={t().accept} text={t().acceptText} spread={report.accept} />
        <SpreadRow name={t().prep} text={t().prepText} spread={report.prep} />
        <SpreadRow name={t().latency} text={t().latencyText} spread={report.latency} />
        <Row name={t().onTime} text={promised > 0 ? t().onTimeText(met, promised) : t().onTimeNone}>
          {promised > 0 && <b>{percent(met, promised, lang.value)}</b>}
        </Row>
        <Row name={t().nudges} text={t().nudgesText}>
          <b>{report.nudges}</b>
        </Row>
      </div>
    </section>
  );
}

function SpreadRow({ name, text, spread }: { name: string; text: (n: number) => string; spread: Spread }) {
  const { n, p50, p95 } = spread;
  if (p50 === null || p95 === null) return <Row name={name} text={t().nothingYet} />;
  return (
    <Row name={name} text={text(n)}>
      <dl class="spread">
        <div>
          <dt>{t().half}</dt>
          <dd>{duration(p50, lang.value)}</dd>
        </div>
        <div>
          <dt>{t().most}</dt>
          <dd>{duration(p95, lang.value)}</dd>
        </div>
      </dl>
    </Row>
  );
}

function Row({ name, text, children }: { name: string; text: string; children?: ComponentChildren }) {
  return (
    <div class="speed">
      <div>
        <h3>{name}</h3>
        <p class="muted small">{text}</p>
      </div>
      {children}
    </div>
  );
}
