import type { KnownMetric } from './known-metric.ts';

/** How a metric is best watched of which nothing is known but its name. */
export type ByName = Pick<KnownMetric, 'statistic' | 'why' | 'direction' | 'zero' | 'usefulness'>;

const ERRORS =
  /^(errors?|fail(s|ed|ures?)?|faults?|exceptions?|throttl(e|es|ed|ing)|reject(s|ed|ions?)?|drop(s|ped)?|timeouts?|denied|refused|retries|crash(es)?|restarts?|[45]xx|deadlocks?)$/;
const SHARES =
  /^(percent(age)?|pct|utili[sz]ation|ratio|rate|usage|used|load|cpu|memory|temperature|pressure|occupancy)$/;
const LATENCIES =
  /^(latency|latencies|durations?|times?|elapsed|delays?|rtt|seconds|millis|milliseconds|ms)$/;
const BACKLOGS =
  /^(lag|age|queued?|depth|backlog|pending|waiting|inflight|behind|size|connections|length)$/;
const REMAINDERS = /^(free|available|remaining|balance|headroom|left|credits?)$/;
const COUNTS =
  /^(counts?|total|requests?|calls?|invocations?|bytes|messages?|records?|packets?|operations?|ops|hits|misses|orders?|events?|sent|received|published|sales|visits|clicks|logins|jobs|transactions|in|out)$/;

/**
 * What the words of a name tell: latencies by their 99th percentile, counts by their sum, shares by their
 * average. The first that fits counts: an error rate is a share, and still only its rise is bad.
 */
export function watchedByName(name: string): ByName {
  const words = wordsOf(name);
  const has = (kind: RegExp): boolean => words.some((word) => kind.test(word));
  if (has(ERRORS)) {
    return has(SHARES)
      ? share('a share of errors', { direction: 'above', usefulness: 1 })
      : {
          statistic: 'Sum',
          why: 'how many there were in the period',
          direction: 'above',
          zero: true,
          usefulness: 1,
        };
  }
  if (has(REMAINDERS)) {
    return { statistic: 'Minimum', why: 'the least that was left', usefulness: 2 };
  }
  if (has(LATENCIES)) {
    return { statistic: 'p99', why: 'the slow ones, which an average hides', usefulness: 1 };
  }
  if (has(SHARES)) return share('over the whole period');
  if (has(BACKLOGS)) return { statistic: 'Maximum', why: 'at its worst', usefulness: 2 };
  if (has(COUNTS)) {
    return { statistic: 'Sum', why: 'how many, or how much, in the period', usefulness: 3 };
  }
  return share('nothing in its name says otherwise', { usefulness: 3 });
}

function share(why: string, more: Partial<ByName> = {}): ByName {
  return { statistic: 'Average', why, usefulness: 2, ...more };
}

/** `TargetResponseTime` and `http_5xx-errors` in their words, lower-case. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/(\d)([A-Z][a-z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '');
}
