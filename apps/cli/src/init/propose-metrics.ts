import type { MetricName } from '@plumbline/aws-adapters';
import { type ByName, watchedByName } from './by-name.ts';
import type { KnownMetric, KnownService } from './known-metric.ts';
import { KNOWN_SERVICES, NOT_WATCHED } from './known-services.ts';
import {
  groupMetrics,
  isExact,
  type MetricGroup,
  patternOf,
  resourceText,
} from './metric-groups.ts';
import { createNames, type Names, readable } from './names.ts';
import {
  byUsefulness,
  type MonitorEntry,
  type Proposal,
  type Proposals,
  type Remark,
} from './proposal.ts';

/** A rate takes a monitor for each resource; of more resources than this their counts are watched together. */
const MOST_RATES = 3;

/** What is only guessed from a name comes after what is known, usefulness being equal. */
const GUESSED = 0.5;

/** Room for resources to come: a monitor of `*` may find so many times as many as there are now. */
const ROOM_TO_GROW = 2;
const LEAST_MAX_SERIES = 20;
const MOST_MAX_SERIES = 10_000;

/** A name that no configuration can hold, for an object cannot keep it. */
const IMPOSSIBLE_NAME = '__proto__';
/**
 * What a configuration takes, and CloudWatch publishes.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html
 */
const MOST_DIMENSIONS = 30;
const LONGEST_NAME = 255;
const LONGEST_VALUE = 1024;

/** Monitors for the metrics of an account, the most useful first. */
export function proposeMonitors(metrics: readonly MetricName[]): Proposals {
  const usable = metrics.filter(isNameable);
  const groups = groupMetrics(usable);
  const names = createNames();
  const proposals: Proposal[] = [];
  const leftOut: string[] = [];
  if (usable.length < metrics.length) {
    leftOut.push(
      `${metrics.length - usable.length} metrics with names that a configuration cannot hold`,
    );
  }

  for (const namespace of new Set(groups.map((group) => group.namespace))) {
    const own = groups.filter((group) => group.namespace === namespace);
    const service = KNOWN_SERVICES.get(namespace);
    if (NOT_WATCHED.has(namespace)) {
      leftOut.push(`${namespace}: ${own.length} that tell of quotas, bills or this tool`);
      continue;
    }
    if (service === undefined) {
      proposals.push(...own.map((group) => guessedOf(group, names)));
      continue;
    }
    const before = proposals.length;
    const taken = new Set<MetricGroup>();
    for (const known of service.metrics) {
      const group = bestOf(known, own);
      if (group === undefined) continue;
      taken.add(group);
      proposals.push(...knownOf(service, known, group, own, names));
    }
    const others = own.length - taken.size;
    if (proposals.length === before || others > 0) {
      leftOut.push(`${namespace}: ${others} that tell less, or the same by other dimensions`);
    }
  }
  return { proposals: proposals.sort(byUsefulness), leftOut };
}

function isNameable({ namespace, metric, dimensions }: MetricName): boolean {
  const names = Object.keys(dimensions);
  return (
    names.length <= MOST_DIMENSIONS &&
    !names.includes(IMPOSSIBLE_NAME) &&
    [namespace, metric, ...names].every((name) => name.length <= LONGEST_NAME) &&
    Object.values(dimensions).every((value) => value.length <= LONGEST_VALUE)
  );
}

/** The metrics under the best set of dimensions that is alive. */
function bestOf(
  { metric, by }: KnownMetric,
  groups: readonly MetricGroup[],
): MetricGroup | undefined {
  for (const dimensions of by) {
    const wanted = [...dimensions].sort().join('\n');
    const found = groups.find((group) => {
      return group.metric === metric && group.dimensionNames.join('\n') === wanted;
    });
    if (found !== undefined) return found;
  }
  return undefined;
}

function knownOf(
  service: KnownService,
  known: KnownMetric,
  group: MetricGroup,
  groups: readonly MetricGroup[],
  names: Names,
): Proposal[] {
  const rates = ratesOf(service, known, group, groups, names);
  if (rates.length > 0) return rates;
  const title = `${service.title} ${known.label}`;
  return [
    {
      ...watching(group, known, [title, `${title} by ${group.dimensionNames.join(', ')}`], names),
      group: service.namespace,
      groupNote: service.page,
      usefulness: known.usefulness,
    },
  ];
}

function guessedOf(group: MetricGroup, names: Names): Proposal {
  const guessed = watchedByName(group.metric);
  const title = readable(group.metric);
  const candidates = [
    title,
    `${title} (${group.namespace})`,
    `${title} (${group.namespace}) by ${group.dimensionNames.join(', ')}`,
  ];
  return {
    ...watching(group, guessed, candidates, names),
    group: group.namespace,
    usefulness: guessed.usefulness + GUESSED,
  };
}

type Watching = Pick<Proposal, 'entry' | 'remarks' | 'series' | 'billed' | 'what'>;

/** A monitor of all metrics of a group. */
function watching(
  group: MetricGroup,
  how: ByName & Pick<KnownMetric, 'unit'>,
  candidates: readonly string[],
  names: Names,
): Watching {
  const { dimensions, varying } = patternOf(group);
  const series = group.members.length;
  const entry: MonitorEntry = {
    name: names.unique(...candidates),
    metric: {
      namespace: group.namespace,
      name: group.metric,
      dimensions,
      statistic: how.statistic,
    },
    ...(how.direction && { direction: how.direction }),
    ...(varying.length > 0 && { maxSeries: maxSeriesFor(series) }),
    ...(how.zero && { missing: 'zero' }),
  };
  const anyText =
    series === 1 ? 'any, each a series of its own' : `any: ${series} now, each a series of its own`;
  const remarks: Remark[] = [
    ...(how.unit ? [[['metric', 'name'], how.unit] satisfies Remark] : []),
    ...varying.map((name): Remark => [['metric', 'dimensions', name], anyText]),
    [['metric', 'statistic'], how.why],
    ...directionRemarks(how),
    ...(varying.length > 0
      ? [[['maxSeries'], 'so that a slip cannot bill you for thousands'] satisfies Remark]
      : []),
    ...(how.zero
      ? [[['missing'], 'published only when something happens: no sample is a 0'] satisfies Remark]
      : []),
  ];
  const what = [group.namespace, group.metric, resourceText(dimensions), how.statistic];
  return { entry, remarks, series, billed: series, what: what.filter(Boolean).join(' ') };
}

function directionRemarks({ direction }: Pick<ByName, 'direction'>): Remark[] {
  if (direction === undefined) return [];
  const texts = {
    above: 'fewer would be good news',
    below: 'more would be good news',
    both: 'either way is news',
  };
  return [[['direction'], texts[direction]]];
}

/** A monitor for each resource of what goes wrong as a share of all, where that is known and they are few. */
function ratesOf(
  service: KnownService,
  { metric, outOf }: KnownMetric,
  group: MetricGroup,
  groups: readonly MetricGroup[],
  names: Names,
): Proposal[] {
  if (outOf === undefined || group.members.length > MOST_RATES || !group.members.every(isExact))
    return [];
  const wanted = group.dimensionNames.join('\n');
  const all = groups.find((other) => {
    return other.metric === outOf.metric && other.dimensionNames.join('\n') === wanted;
  });
  const keyOf = ({ dimensions }: MetricName): string =>
    JSON.stringify(group.dimensionNames.map((name) => dimensions[name]));
  const known = new Set(all?.members.map(keyOf));
  if (!group.members.every((member) => known.has(keyOf(member)))) return [];

  return group.members.map(({ namespace, dimensions }): Proposal => {
    const title = `${service.title} ${outOf.label}`;
    const alone = group.members.length === 1;
    const named = `${title} (${resourceText(dimensions)})`;
    const operand = (name: string) => ({ namespace, name, dimensions, statistic: 'Sum' });
    const entry: MonitorEntry = {
      name: names.unique(...(alone ? [title, named] : [named])),
      expression: {
        label: outOf.label,
        formula: '100 * FILL(bad, 0) / all',
        metrics: { bad: operand(metric), all: operand(outOf.metric) },
      },
      direction: 'above',
      missing: 'ignore',
    };
    return {
      entry,
      remarks: [
        [['expression', 'formula'], 'percent; a count alone would grow with the traffic'],
        [['direction'], 'fewer would be good news'],
        [['missing'], 'without traffic there is no rate'],
      ],
      group: service.namespace,
      groupNote: service.page,
      series: 1,
      billed: 2,
      what: `${namespace} ${metric} / ${outOf.metric} ${resourceText(dimensions)}`,
      usefulness: 1,
    };
  });
}

/** Twice as many as there are, in a round number. */
function maxSeriesFor(series: number): number {
  const wanted = Math.max(LEAST_MAX_SERIES, series * ROOM_TO_GROW);
  const size = 10 ** Math.floor(Math.log10(wanted));
  return Math.min(MOST_MAX_SERIES, Math.ceil(wanted / size) * size);
}
