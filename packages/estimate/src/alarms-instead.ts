import type { Monitor } from '@plumbline/core';
import { billed } from './bill-line.ts';
import type { Prices } from './prices.ts';

/** Alarms of CloudWatch on the same series, one each. */
export interface AlarmsInstead {
  readonly alarms: number;
  /** What is billed of an alarm: each metric that it looks at. */
  readonly metrics: number;
  readonly free: number;
  readonly cost: number;
}

/**
 * An alarm of anomaly detection looks at the metric and at both ends of its band.
 * @see https://aws.amazon.com/cloudwatch/pricing/
 */
const METRICS_OF_A_BAND = 2;

/** Alarms on shorter periods are fast ones, which cost more. */
const STANDARD_MS = 60_000;

/**
 * What CloudWatch's own alarms on these series would cost: of its anomaly detection, or on a limit each. A monitor with
 * a static threshold is one on a limit in either case. Alarms cost the same however often their metric is looked at.
 *
 * @param monitors - all of CloudWatch, `maxSeries` of each the number of its series
 */
export function alarmsInstead(
  monitors: readonly Monitor[],
  kind: 'anomaly' | 'static',
  { cloudWatch, free }: Prices,
  freeTier: boolean,
): AlarmsInstead {
  let [alarms, standard, fast] = [0, 0, 0];
  for (const monitor of monitors) {
    const { maxSeries = 1, periodMs, detector } = monitor;
    const band = kind === 'anomaly' && detector.type !== 'static-threshold' ? METRICS_OF_A_BAND : 0;
    const metrics = maxSeries * (operandsOf(monitor) + band);
    alarms += maxSeries;
    if (periodMs < STANDARD_MS) fast += metrics;
    else standard += metrics;
  }
  const lines = [
    billed({
      amount: standard,
      per: 1,
      price: cloudWatch.alarmMetricPerMonth,
      free: freeTier ? free.alarmMetrics : 0,
    }),
    billed({ amount: fast, per: 1, price: cloudWatch.fastAlarmMetricPerMonth }),
  ];
  return {
    alarms,
    metrics: standard + fast,
    free: lines.reduce((sum, line) => sum + line.free, 0),
    cost: lines.reduce((sum, { cost }) => sum + cost, 0),
  };
}

/** Of math each of its metrics is looked at. */
function operandsOf({ source }: Monitor): number {
  return source.kind === 'cloudwatch-expression' ? Object.keys(source.metrics).length : 1;
}
