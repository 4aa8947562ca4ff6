import { NO_SAMPLES, type Samples, samplesBetween } from '../series/samples.ts';

/** A metric of CloudWatch under one statistic. */
export interface CloudWatchMetric {
  readonly namespace: string;
  readonly metric: string;
  /** All the dimensions of the metric, for it is found by none less; empty when it has none. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** As CloudWatch spells it: Average, Sum, p99, ... */
  readonly statistic: string;
}

/** Where CloudWatch is asked: unless told, in the region and with the credentials of who asks. */
export interface CloudWatchPlace {
  readonly region?: string | undefined;
  /** ARN of a role to take on first, in this account or in another. */
  readonly role?: string | undefined;
}

/**
 * A metric of CloudWatch. A dimension of `*` stands for any value: each metric that has exactly these
 * dimensions is then a series of its own.
 */
export interface CloudWatchLocator extends CloudWatchMetric, CloudWatchPlace {
  readonly kind: 'cloudwatch';
  /** A sample that rests on fewer measurements than this is not used: for percentiles. */
  readonly minSamples?: number | undefined;
}

/** What CloudWatch computes from several metrics, such as an error rate. */
export interface CloudWatchExpressionLocator extends CloudWatchPlace {
  readonly kind: 'cloudwatch-expression';
  /** In CloudWatch's metric math, over the keys of `metrics`; gives one series. */
  readonly expression: string;
  /** By the name that the expression calls them. */
  readonly metrics: Readonly<Record<string, CloudWatchMetric>>;
  /** What the result is called, for people. */
  readonly label: string;
}

/** A file of `timestamp,value` rows, or several: `*` in the file name stands for any characters. */
export interface CsvLocator {
  readonly kind: 'csv';
  readonly path: string;
}

/** Where the samples of a monitor come from; plain data. */
export type MetricLocator = CloudWatchLocator | CloudWatchExpressionLocator | CsvLocator;

/** One series of samples. */
export interface Series {
  /** Names the series for good, whatever monitor watches it; unique within its source. */
  readonly id: string;
  readonly locator: MetricLocator;
  /** The metric's name, for people. It comes from outside: data, never markup or a path. */
  readonly metric: string;
  /** What the series belongs to (a cluster, a load balancer), for people; null when nothing says. */
  readonly resource: string | null;
}

/** Asks for the samples with `after` < timestamp < `until`, ms since the epoch. */
export interface ReadRequest {
  readonly series: Series;
  /** Time between two samples, ms: what a source that aggregates is to aggregate over. */
  readonly periodMs: number;
  readonly after: number;
  readonly until: number;
}

export type ReadResult =
  | {
      /** `partial`: nothing is missing up to the last sample, but more exist; ask again from there. */
      readonly status: 'complete' | 'partial';
      /** In any order and unchecked: the run tidies what it reads. */
      readonly timestamps: ArrayLike<number>;
      /** In the unit of the metric; a missing sample is NaN or not there. */
      readonly values: ArrayLike<number>;
      /** Timestamps of samples that the source has and does not vouch for, and so are not among these. */
      readonly withheld?: readonly number[];
    }
  | {
      /** The time ran out before this series was read; ask again. */
      readonly status: 'not-reached';
      /** What took the time, where that is known. */
      readonly reason?: string;
      /** The source asked for patience. */
      readonly throttled?: boolean;
    }
  | {
      /** Nothing is known of the series in this span; nothing may be concluded from it. */
      readonly status: 'failed';
      readonly reason: string;
      /** Whether the same request can succeed later without anybody doing something. */
      readonly retryable: boolean;
      /** The source asked for patience. */
      readonly throttled?: boolean;
    };

export interface ReadOptions {
  /** Time left for it, ms, from now on; without end unless told. */
  readonly remainingMs?: () => number;
}

/** Why what was found may not be all there is, or no longer what there is. */
export interface Incomplete {
  readonly reason: string;
  /** Whether it may pass without anybody doing something. */
  readonly retryable: boolean;
}

export interface DiscoverOptions extends ReadOptions {
  readonly onIncomplete?: (why: Incomplete) => void;
}

/** A stretch of a series that a person may want to look at; times in ms since the epoch. */
export interface SeriesView {
  readonly series: Series;
  readonly periodMs: number;
  readonly from: number;
  readonly until: number;
}

/** Where samples come from. */
export interface MetricSource {
  /**
   * The series a locator stands for, in a stable order; empty when nothing matches.
   * @throws when the source cannot be reached, or not in time
   */
  discover(locator: MetricLocator, options?: DiscoverOptions): Promise<readonly Series[]>;
  /**
   * One result per request, in the order of the requests. A series that fails is a result of its
   * own; others go on. Never rejects for a single series. When the time runs out it gives what it
   * has, and says of the rest that it was not reached.
   */
  read(requests: readonly ReadRequest[], options?: ReadOptions): Promise<readonly ReadResult[]>;
  /** Where a person can look at it: a URL; absent, or null, where there is no such place. */
  linkTo?(view: SeriesView): string | null;
}

/** Samples held in memory, by the id of their series: for tests and for embedding. */
export function createMemoryMetricSource(contents: ReadonlyMap<string, Samples>): MetricSource {
  return {
    async discover(locator) {
      return [...contents.keys()].map((id) => ({ id, locator, metric: id, resource: null }));
    },
    async read(requests) {
      return requests.map(({ series, after, until }) => ({
        status: 'complete',
        ...samplesBetween(contents.get(series.id) ?? NO_SAMPLES, after, until),
      }));
    },
  };
}
