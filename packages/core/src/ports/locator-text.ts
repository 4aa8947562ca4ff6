import type { CloudWatchMetric, MetricLocator } from './metric-source.ts';

/** A locator in one line, for messages and tables. */
export function locatorText(locator: MetricLocator): string {
  if (locator.kind === 'csv') return locator.path;
  const text =
    locator.kind === 'cloudwatch'
      ? metricText(locator)
      : `${locator.label} = ${locator.expression}`;
  const where = [locator.region, locator.role].filter((part) => part !== undefined);
  return where.length === 0 ? text : `${text} (${where.join(', ')})`;
}

function metricText({ namespace, metric, dimensions, statistic }: CloudWatchMetric): string {
  const named = Object.entries(dimensions).map(([name, value]) => `${name}=${value}`);
  return [namespace, metric, ...named, statistic].join(' ');
}
