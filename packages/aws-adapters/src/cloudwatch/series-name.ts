import { createHash } from 'node:crypto';
import {
  type CloudWatchExpressionLocator,
  type CloudWatchLocator,
  type CloudWatchMetric,
  type CloudWatchPlace,
  metricIdentity,
  type Series,
} from '@plumbline/core';

/** A locator that stands for one series: no dimension of it is `*`. */
export type ConcreteLocator = CloudWatchLocator | CloudWatchExpressionLocator;

/** What stands for any value of a dimension. */
export const ANY = '*';

/**
 * The series of a locator.
 *
 * @param region - where it lies unless the locator says so: a part of its id
 * @param pattern - the locator that found it, when it was found
 */
export function seriesOf(
  locator: ConcreteLocator,
  region: string,
  pattern: CloudWatchMetric | undefined = undefined,
): Series {
  return {
    id: idOf(locator, locator.region ?? region),
    locator,
    metric: locator.kind === 'cloudwatch' ? locator.metric : locator.label,
    resource: locator.kind === 'cloudwatch' ? resourceOf(locator, pattern) : null,
  };
}

/**
 * A URL-like name, every part encoded so that no name can imitate another:
 * `cloudwatch://eu-west-1/AWS%2FEC2/CPUUtilization?InstanceId=i-1#Average`.
 */
function idOf(locator: ConcreteLocator, region: string): string {
  const place = `cloudwatch://${placeText({ ...locator, region })}`;
  if (locator.kind === 'cloudwatch') return `${place}/${metricName(locator)}`;
  const { expression, metrics, label } = locator;
  const named = Object.entries(metrics).sort(([a], [b]) => (a < b ? -1 : 1));
  const content = JSON.stringify([expression, named.map(([id, m]) => [id, metricName(m)])]);
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 32);
  return `${place}/=${encodeURIComponent(label)}#${digest}`;
}

function placeText({ region, role }: CloudWatchPlace): string {
  return role === undefined ? `${region}` : `${encodeURIComponent(role)}@${region}`;
}

/** A metric under a statistic; the order of its dimensions means nothing. */
export function metricName({ statistic, ...metric }: CloudWatchMetric): string {
  return `${metricIdentity(metric)}#${statistic}`;
}

/** What tells the series from its siblings: the values that were found, or else its first dimension. */
function resourceOf(
  { dimensions }: CloudWatchMetric,
  pattern: CloudWatchMetric | undefined,
): string | null {
  const names = Object.keys(dimensions);
  const found = names.filter((name) => pattern?.dimensions[name] === ANY);
  const telling = found.length > 0 ? found : names.slice(0, 1);
  return telling.length === 0 ? null : telling.map((name) => dimensions[name]).join(' ');
}
