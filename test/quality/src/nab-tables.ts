import type { ByProfile, NabFigures, SweptFigures } from './nab-figures.ts';
import type { OperatorFigures } from './operator.ts';
import { CITED, publishedName, publishedTotals } from './published.ts';
import { labelOf, type Results, runOf } from './results.ts';
import { figure, ofAll, type Table } from './table.ts';

/** The benchmark's scores: ours beside the published ones, the best first. */
export function nabTable(results: Results): Table {
  const ours = nabResults(results).map(({ name, nab }) => ({
    standard: nab.signal.score.standard,
    cells: [
      labelOf(results, name),
      ...profiles(nab.signal.score),
      ...aws(nab.signal),
      ...profiles(nab.shipped.score),
      runOf(nab),
    ],
  }));
  const counted = new Map(
    Object.entries(results.published).map(([id, swept]) => [publishedName(id), swept]),
  );
  const published = publishedTotals().map(({ name, score }) => ({
    standard: score.standard,
    cells: [name, ...profiles(score), ...aws(counted.get(name)), ...profiles(), 'published'],
  }));
  return {
    id: 'nab',
    title: 'NAB: the signal at the threshold that serves it best, and the pages as they are',
    head: [
      'detector',
      'standard',
      'low FP',
      'low FN',
      'AWS',
      'AWS own',
      'pages',
      'low FP',
      'low FN',
      'run',
    ],
    rows: [...ours, ...published].sort((a, b) => b.standard - a.standard).map(({ cells }) => cells),
  };
}

/** What the alerts are like for the person who gets them. */
export function nabOperatorTable(results: Results): Table {
  const ours = nabResults(results).flatMap(({ name, nab }) => {
    const label = labelOf(results, name);
    const { shipped, signal } = nab;
    const pages = operatorRow(`${label}, pages`, shipped.pages, shipped.awsPages);
    const alerts = operatorRow(`${label}, all`, shipped.alerts, shipped.awsAlerts);
    const swept = operatorRow(`${label}, swept`, signal.operator, signal.awsOperator);
    return shipped.alerts.found + shipped.alerts.false === shipped.pages.found + shipped.pages.false
      ? [pages, swept]
      : [pages, alerts, swept];
  });
  const published = Object.entries(results.published).map(([id, { operator, awsOperator }]) =>
    operatorRow(`${publishedName(id)}, swept`, operator, awsOperator),
  );
  const cited = Object.entries(CITED).map(([name, { all, aws: ofAws }]) =>
    operatorRow(`${name}, swept, cited`, all, ofAws),
  );
  return {
    id: 'nab-operator',
    title: 'NAB: alerts for a person, on all 58 series and on the 17 AWS metrics',
    head: ['alerts', 'found', 'false/wk', 'prec.', 'late', 'min', 'AWS found', 'false/wk', 'prec.'],
    rows: [...ours, ...published, ...cited],
  };
}

/** Where the default detector wins and loses. */
export function nabPartsTable(results: Results): Table {
  const { nab } = results.detectors[results.defaultDetector] ?? {};
  const rows = Object.entries(nab?.categories ?? {}).map(([name, part]) => [
    name,
    figure(part.series),
    figure(part.share, 1),
    figure(part.shareAtMost, 1),
    ofAll(part.pages.found, part.pages.events),
    figure(part.pages.false),
    figure(part.pages.falsePerMetricWeek, 2),
    figure(part.pages.precision, 2),
    figure(part.pages.delayRows),
  ]);
  return {
    id: 'nab-parts',
    title: `NAB by category: ${results.defaultDetector}, swept standard score and pages`,
    head: [
      'category',
      'series',
      'points',
      'of at most',
      'pages found',
      'false',
      'false/wk',
      'prec.',
      'late',
    ],
    rows,
  };
}

function nabResults({ detectors }: Results): { name: string; nab: NabFigures & Run }[] {
  return Object.entries(detectors).flatMap(([name, { nab }]) =>
    nab === undefined ? [] : [{ name, nab }],
  );
}

type Run = Parameters<typeof runOf>[0];

function profiles(score?: ByProfile): string[] {
  const { standard, reward_low_FP_rate: lowFp, reward_low_FN_rate: lowFn } = score ?? {};
  return [standard, lowFp, lowFn].map((points) => figure(points, 1));
}

function aws(swept?: Pick<SweptFigures, 'aws' | 'awsOwn'>): string[] {
  return [figure(swept?.aws.standard, 1), figure(swept?.awsOwn.standard, 1)];
}

type OperatorCells = Pick<OperatorFigures, 'events' | 'falsePerMetricWeek'> &
  Partial<OperatorFigures>;

function operatorRow(label: string, all: OperatorCells, ofAws: OperatorCells): string[] {
  return [
    label,
    ofAll(all.found, all.events),
    figure(all.falsePerMetricWeek, 2),
    figure(all.precision, 2),
    figure(all.delayRows),
    figure(all.delayMinutes),
    ofAll(ofAws.found, ofAws.events),
    figure(ofAws.falsePerMetricWeek, 2),
    figure(ofAws.precision, 2),
  ];
}
