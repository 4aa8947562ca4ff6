import { NO_SAMPLES, type Samples, samplesBetween } from '../series/samples.ts';

/** A metric of CloudWatch; without `dimensions` the one that has none. */
export interface CloudWatchLocator {
  readonly kind: 'cloudwatch';
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** As CloudWatch spells it: Average, Sum, p99, ... */
  readonly statistic: string;
}

/** A file of `timestamp,value` rows, or several: `*` in the file name stands for any characters. */
export interface CsvLocator {
  readonly kind: 'csv';
  readonly path: string;
}

/** Where the samples of a monitor come from; plain data. */
export type MetricLocator = CloudWatchLocator | CsvLocator;

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
    }
  | {
      /** Nothing is known of the series in this span; nothing may be concluded from it. */
      readonly status: 'failed';
      readonly reason: string;
      /** Whether the same request can succeed later without anybody doing something. */
      readonly retryable: boolean;
    };

/** Where samples come from. */
export interface MetricSource {
  /**
   * The series a locator stands for, in a stable order; empty when nothing matches.
   * @throws when the source cannot be reached
   */
  discover(locator: MetricLocator): Promise<readonly Series[]>;
  /**
   * One result per request, in the order of the requests. A series that fails is a result of its
   * own; others go on. Never rejects for a single series.
   */
  read(requests: readonly ReadRequest[]): Promise<readonly ReadResult[]>;
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
