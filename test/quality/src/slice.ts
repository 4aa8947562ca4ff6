import type { Contender } from './contenders.ts';
import { type LabelledSeries, loadSet, type SetName } from './corpus.ts';
import { type OperatorFigures, operatorOfEvents, operatorOfWindows } from './operator.ts';
import { jobOf, scoreSeries } from './score-series.ts';

/** A few series of each set, of different kinds and periods, that a test can go through in seconds. */
const SLICE: Readonly<Record<SetName, readonly string[]>> = {
  nab: [
    'artificialWithAnomaly/art_daily_jumpsup',
    'realAWSCloudwatch/ec2_cpu_utilization_5f5533',
    'realAWSCloudwatch/rds_cpu_utilization_cc0c53',
    'realAdExchange/exchange-2_cpc_results',
    'realKnownCause/ec2_request_latency_system_failure',
  ],
  mscloud: [
    'application-crash-rate-1/app1-01',
    'middle-tier-api-dependency-latency/outbound-01',
    'mongodb-application-rps/mongo-01',
  ],
  kpi: ['e0747cad-8dc8-38a9-a9ab-855b61f5551d'],
};

/** Four weeks of 5 minutes: of the series of kpi, which are months, the beginning. */
const MOST_ROWS = 8064;

export interface SliceFigures {
  /** Rows that have a score. */
  readonly scored: number;
  readonly meanSignal: number;
  readonly highestScore: number | null;
  readonly pages: number;
  readonly alerts: number;
  /** Of pages. */
  readonly found: number;
  readonly false: number;
}

/** The figures of a detector on each series of the slice, which change when anything about it does. */
export async function sliceFigures(
  contender: Contender,
): Promise<Readonly<Record<string, SliceFigures>>> {
  const figures: Record<string, SliceFigures> = {};
  for (const [set, names] of Object.entries(SLICE) as [SetName, readonly string[]][]) {
    const operator = set === 'nab' ? operatorOfWindows : operatorOfEvents;
    for (const whole of loadSet(set, names)) {
      const series = beginningOf(whole);
      figures[`${set}/${series.name}`] = await figuresOf(contender, series, operator);
    }
  }
  return figures;
}

async function figuresOf(
  contender: Contender,
  series: LabelledSeries,
  operatorOf: (
    series: readonly LabelledSeries[],
    openings: readonly (readonly number[])[],
  ) => OperatorFigures,
): Promise<SliceFigures> {
  const { scores, signals, pages, alerts } = await scoreSeries(jobOf(contender, series));
  const opinions = scores.filter((score) => !Number.isNaN(score));
  const operator = operatorOf([series], [pages]);
  return {
    scored: opinions.length,
    meanSignal: signals.reduce((sum, signal) => sum + signal, 0) / signals.length,
    highestScore: opinions.length === 0 ? null : opinions.reduce((a, b) => Math.max(a, b)),
    pages: pages.length,
    alerts: alerts.length,
    found: operator.found,
    false: operator.false,
  };
}

function beginningOf(series: LabelledSeries): LabelledSeries {
  const rows = Math.min(series.values.length, MOST_ROWS);
  if (rows === series.values.length) return series;
  return {
    ...series,
    timestamps: series.timestamps.slice(0, rows),
    values: series.values.slice(0, rows),
    spans: series.spans.filter(([, last]) => last < rows),
    scoredFrom: rows >>> 1,
  };
}
