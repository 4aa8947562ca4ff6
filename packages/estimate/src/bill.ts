import type { Config } from '@plumbline/config';
import type { Monitor } from '@plumbline/core';
import { type AlarmsInstead, alarmsInstead } from './alarms-instead.ts';
import type { BillLine } from './bill-line.ts';
import { billLines } from './bill-lines.ts';
import { readEveryMs, readsCloudWatch } from './monitors.ts';
import { DEFAULT_PRICES, type Prices } from './prices.ts';
import { listRequests, metricsRead } from './reads.ts';
import { estimateRun } from './run-estimate.ts';
import { type CountedSeries, countSeries, type SeriesCount } from './series-counts.ts';

export interface BillOptions {
  /** Of monitors with `*`, by their names; the most that there may be unless told. */
  readonly series?: ReadonlyMap<string, SeriesCount>;
  readonly prices?: Prices;
  /** Whether what an account has for nothing each month is taken off; it has it once, for all that is in it. */
  readonly freeTier?: boolean;
}

/** What one monitor is read for, and what else would watch its series. */
export interface MonitorBill {
  readonly name: string;
  readonly series: CountedSeries;
  readonly readEveryMs: number;
  /** A month, its part of what it shares with others. */
  readonly metricsRead: number;
  readonly cost: number;
  /** Of CloudWatch's anomaly alarms on its series, nothing taken off. */
  readonly anomalyAlarms: AlarmsInstead;
}

/** What it would come to if every monitor were read as those of a tier. */
export interface TierBill {
  readonly tier: 'hot' | 'warm' | 'cold';
  readonly readsCost: number;
  readonly cost: number;
}

/** A month of thirty days of a configuration, in the currency of its prices. */
export interface Bill {
  readonly prices: Prices;
  readonly freeTier: boolean;
  readonly monitors: readonly MonitorBill[];
  /** Monitors that read files, by name: the function does not watch them, and they cost nothing. */
  readonly files: readonly string[];
  readonly lines: readonly BillLine[];
  readonly cost: number;
  readonly instead: { readonly anomalyAlarms: AlarmsInstead; readonly staticAlarms: AlarmsInstead };
  readonly tiers: readonly TierBill[];
  /** Why `pnpm synth` would refuse it as it is, in terms of one run; undefined when it fits. */
  readonly tooMuch: { readonly seconds: number; readonly memoryMb: number } | undefined;
}

const TIERS = { hot: 0, warm: 15 * 60_000, cold: 60 * 60_000 } as const;

/** A run may take half of the timeout; `pnpm synth` says more. */
const TIMEOUT_SHARE = 0.5;

/**
 * The monthly bill of a configuration, every series alive and known. On the safe side where something is not known:
 * at most this, but for what first sights read, retries, and messages of alarms, which are cents.
 */
export function estimateBill(config: Config, options: BillOptions = {}): Bill {
  const { series = new Map(), prices = DEFAULT_PRICES, freeTier = false } = options;
  const watched = config.monitors.filter(readsCloudWatch);
  const counts = watched.map((monitor) => countSeries(monitor, series.get(monitor.name)));
  const monitors = watched.map(
    (monitor, i): Monitor => ({ ...monitor, maxSeries: counts[i]!.watched }),
  );
  const counted: Config = { ...config, monitors };
  const found = new Map(watched.map(({ name }, i) => [name, counts[i]!.found]));

  const linesOf = (candidate: Config): readonly BillLine[] => {
    if (monitors.length === 0) return [];
    const usage = {
      metricsRead: sum(metricsRead(candidate)),
      listRequests: listRequests(candidate, ({ name }) => found.get(name) ?? 0),
    };
    return billLines(candidate, usage, prices, freeTier);
  };
  const lines = linesOf(counted);
  const read = metricsRead(counted);
  const tiers = (Object.keys(TIERS) as TierBill['tier'][]).map((tier): TierBill => {
    const all = monitors.map((monitor) => ({ ...monitor, readEveryMs: TIERS[tier] }));
    const tierLines = linesOf({ ...counted, monitors: all });
    return { tier, readsCost: costOf(tierLines.filter(isReads)), cost: costOf(tierLines) };
  });
  return {
    prices,
    freeTier,
    monitors: monitors.map((monitor, i) => ({
      name: monitor.name,
      series: counts[i]!,
      readEveryMs: readEveryMs(monitor, config.deploy.scheduleMinutes),
      metricsRead: read[i]!,
      cost: (read[i]! / 1000) * prices.cloudWatch.metricsReadPer1000,
      anomalyAlarms: alarmsInstead([monitor], 'anomaly', prices, false),
    })),
    files: config.monitors.filter((monitor) => !readsCloudWatch(monitor)).map(({ name }) => name),
    lines,
    cost: costOf(lines),
    instead: {
      anomalyAlarms: alarmsInstead(monitors, 'anomaly', prices, freeTier),
      staticAlarms: alarmsInstead(monitors, 'static', prices, freeTier),
    },
    tiers: monitors.length === 0 ? [] : tiers,
    tooMuch: tooMuchOf(counted),
  };
}

function tooMuchOf(config: Config): Bill['tooMuch'] {
  const { seconds, memoryMb } = estimateRun(config);
  const { timeoutSeconds, memoryMb: given } = config.deploy;
  const fits = seconds <= timeoutSeconds * TIMEOUT_SHARE && memoryMb <= given;
  return fits || config.monitors.length === 0 ? undefined : { seconds, memoryMb };
}

function isReads({ id }: BillLine): boolean {
  return id === 'metrics-read';
}

function costOf(lines: readonly BillLine[]): number {
  return sum(lines.map(({ cost }) => cost));
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
