/** A monitor as `plumbline.yaml` takes it: the keys in the order in which they are written. */
export interface MonitorEntry {
  readonly name: string;
  readonly metric?: {
    readonly namespace: string;
    readonly name: string;
    readonly dimensions: Readonly<Record<string, string>>;
    readonly statistic: string;
  };
  readonly expression?: {
    readonly label: string;
    readonly formula: string;
    readonly metrics: Readonly<Record<string, NonNullable<MonitorEntry['metric']>>>;
  };
  readonly csv?: string;
  readonly direction?: string;
  readonly maxSeries?: number;
  readonly period?: string;
  readonly window?: string;
  readonly missing?: string;
}

/** A line beside a key: the path to the value, and what to say of it. */
export type Remark = readonly [path: readonly string[], text: string];

/** A monitor that somebody may want, and why. */
export interface Proposal {
  readonly entry: MonitorEntry;
  readonly remarks: readonly Remark[];
  /** Under which heading it is written: the service, or the folder. */
  readonly group: string;
  /** A line more under the heading, such as where the metrics of the service are explained. */
  readonly groupNote?: string | undefined;
  /** Series that it would watch now. */
  readonly series: number;
  /** Metrics that each of its reads is billed for; 0 for files. */
  readonly billed: number;
  /** What it watches, in one line, for people. */
  readonly what: string;
  /** The lower, the more it tells; proposals of the same usefulness go by their series, then by their names. */
  readonly usefulness: number;
}

/** What was looked at, and what came of it. */
export interface Proposals {
  /** The most useful first. */
  readonly proposals: readonly Proposal[];
  /** What is not proposed, and why; a line each. */
  readonly leftOut: readonly string[];
}

export function byUsefulness(a: Proposal, b: Proposal): number {
  const order = a.usefulness - b.usefulness || b.series - a.series;
  return order || (a.entry.name < b.entry.name ? -1 : 1);
}

/** As many runs as five-minute slots in thirty days. */
const READS_A_MONTH = 8640;
/** @see https://aws.amazon.com/cloudwatch/pricing/, GetMetricData, first tier, us-east-1; seen in November 2026 */
const USD_A_THOUSAND_METRICS = 0.01;

/** What the reads of so many metrics would cost, USD a month, with a run every five minutes. */
export function monthlyReads(billed: number): number {
  return (billed * READS_A_MONTH * USD_A_THOUSAND_METRICS) / 1000;
}
