import type { MetricLocator } from '@plumbline/core';

/**
 * CloudWatch goes on changing its newest samples: an average or a sum that is read too early is too
 * low. The newest two periods are taken to be unsettled, and for five-minute samples that is the ten
 * minutes that values have been seen to take.
 * @see https://github.com/prometheus/cloudwatch_exporter#timestamps
 */
const UNSETTLED_PERIODS = 2;

/** The longest that values have been seen to take to settle, ms. */
const SLOWEST_MS = 10 * 60_000;

/**
 * Namespaces that are gathered from all over the world, or delivered with best effort, before a region
 * shows them: two periods of a minute would be too early.
 */
const SLOW_NAMESPACES: ReadonlySet<string> = new Set(['AWS/CloudFront', 'AWS/Route53', 'AWS/S3']);

/** How long after the end of its period a sample is left to settle, ms, when nobody says. */
export function settleDelayMs(locator: MetricLocator, periodMs: number): number {
  if (locator.kind === 'csv') return 0;
  const metrics = locator.kind === 'cloudwatch' ? [locator] : Object.values(locator.metrics);
  const slow = metrics.some(({ namespace }) => SLOW_NAMESPACES.has(namespace));
  return Math.max(UNSETTLED_PERIODS * periodMs, slow ? SLOWEST_MS : 0);
}
