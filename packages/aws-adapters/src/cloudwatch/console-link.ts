import type { CloudWatchMetric, SeriesView } from '@plumbline/core';
import type { ConcreteLocator } from './series-name.ts';

type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json };

/** The metric, or the expression and what it is made of, as a graph in CloudWatch's console. */
export function consoleLink(
  locator: ConcreteLocator,
  defaultRegion: string,
  { periodMs, from, until }: Omit<SeriesView, 'series'>,
): string {
  const region = locator.region ?? defaultRegion;
  const graph = {
    metrics: metricsOf(locator),
    view: 'timeSeries',
    stacked: false,
    region,
    period: periodMs / 1000,
    start: new Date(from).toISOString(),
    end: new Date(until).toISOString(),
  };
  const host = `${region}.console.${domainOf(region)}`;
  return `https://${host}/cloudwatch/home?region=${region}#metricsV2:graph=${tilde(graph)}`;
}

function metricsOf(locator: ConcreteLocator): Json {
  if (locator.kind === 'cloudwatch') return [metricOf(locator, {})];
  const { expression, label, metrics } = locator;
  const operands = Object.entries(metrics).map(([id, metric]) =>
    metricOf(metric, { id, visible: false }),
  );
  return [[{ expression, label }], ...operands];
}

function metricOf(metric: CloudWatchMetric, more: Readonly<Record<string, Json>>): Json {
  const dimensions = Object.entries(metric.dimensions).flat();
  return [metric.namespace, metric.metric, ...dimensions, { stat: metric.statistic, ...more }];
}

/** The partitions that people outside AWS meet. */
function domainOf(region: string): string {
  if (region.startsWith('cn-')) return 'amazonaws.cn';
  return region.startsWith('us-gov-') ? 'amazonaws-us-gov.com' : 'aws.amazon.com';
}

/**
 * JSON as the console writes it into its address: `~(key~'text~list~(~1~2))`. Every character of a
 * text but letters, digits, `_`, `-` and `.` is written as a number, so no name can leave its place.
 */
function tilde(value: Json): string {
  if (typeof value === 'string') return `~'${encodeText(value)}`;
  if (typeof value !== 'object') return `~${value}`;
  if (Array.isArray(value)) return `~(${value.map(tilde).join('') || '~'})`;
  const members = Object.entries(value).map(
    ([key, member]) => `${encodeText(key)}${tilde(member)}`,
  );
  return `~(${members.join('~')})`;
}

function encodeText(text: string): string {
  return text.replace(/[^\w.-]/g, (char) => {
    const hex = char.charCodeAt(0).toString(16);
    return hex.length <= 2 ? `*${hex.padStart(2, '0')}` : `**${hex.padStart(4, '0')}`;
  });
}
