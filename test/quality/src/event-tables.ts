import type { EventFigures, EventPoint } from './event-figures.ts';
import type { OperatorFigures } from './operator.ts';
import { type EventSetName, labelOf, type Results, runOf } from './results.ts';
import { figure, ofAll, type Table } from './table.ts';

const DESCRIPTION = {
  mscloud: 'mscloud, cloud telemetry',
  kpi: 'kpi, key figures of web companies',
} as const satisfies Record<EventSetName, string>;

/** Rankings and default alerts of the detectors, beside simple rules; the best ranking first. */
export function eventTable(results: Results, set: EventSetName): Table {
  const ours = Object.entries(results.detectors).flatMap(([name, result]) => {
    const figures = result[set];
    if (figures === undefined) return [];
    const { swept, within, shippedPages, shippedAlerts } = figures;
    const cells = [
      labelOf(results, name),
      ...point(swept),
      figure(within.recall, 2),
      ...point(shippedPages),
      figure(shippedAlerts.f1, 2),
      runOf(figures),
    ];
    return [{ f1: swept.f1, cells }];
  });
  const rules = Object.entries(results.yardsticks).flatMap(([name, yardstick]) => {
    const figures = yardstick[set];
    if (figures === undefined) return [];
    const { swept, within } = figures;
    const cells = [
      name,
      ...point(swept),
      figure(within.recall, 2),
      ...point(),
      figure(null),
      'rule',
    ];
    return [{ f1: swept.f1, cells }];
  });
  return {
    id: set,
    title: `${DESCRIPTION[set]}: the score at its best threshold, and the alerts as they are`,
    head: [
      'detector',
      'swept F1',
      'prec.',
      'recall',
      '<= 0.5',
      'pages F1',
      'prec.',
      'recall',
      'all F1',
      'run',
    ],
    rows: [...ours, ...rules].sort((a, b) => b.f1 - a.f1).map(({ cells }) => cells),
  };
}

export function eventOperatorTable(results: Results, set: EventSetName): Table {
  const rows = Object.entries(results.detectors).flatMap(([name, { [set]: figures }]) => {
    if (figures === undefined) return [];
    const { pages, alerts, sweptOperator } = figures;
    const label = labelOf(results, name);
    const isSame = pages.found + pages.false === alerts.found + alerts.false;
    return [
      operatorRow(`${label}, pages`, pages),
      ...(isSame ? [] : [operatorRow(`${label}, all`, alerts)]),
      operatorRow(`${label}, swept`, sweptOperator),
    ];
  });
  return {
    id: `${set}-operator`,
    title: `${DESCRIPTION[set]}: alerts for a person`,
    head: ['alerts', 'found', 'false', 'false/wk', 'prec.', 'late', 'min'],
    rows,
  };
}

/** Where the default detector wins and loses. */
export function eventPartsTable(results: Results, set: EventSetName): Table {
  const parts: EventFigures['parts'] =
    results.detectors[results.defaultDetector]?.[set]?.parts ?? {};
  return {
    id: `${set}-parts`,
    title: `${DESCRIPTION[set]}, by part: ${results.defaultDetector}`,
    head: [
      set === 'kpi' ? 'series' : 'kind of metric',
      'swept found',
      'false/wk',
      'pages found',
      'false/wk',
      'prec.',
      'late',
    ],
    rows: Object.entries(parts).map(([name, { swept, pages }]) => [
      name,
      ofAll(swept.found, swept.events),
      figure(swept.falsePerMetricWeek, 2),
      ofAll(pages.found, pages.events),
      figure(pages.falsePerMetricWeek, 2),
      figure(pages.precision, 2),
      figure(pages.delayRows),
    ]),
  };
}

function point(at?: EventPoint): string[] {
  return [at?.f1, at?.precision, at?.recall].map((share) => figure(share, 2));
}

function operatorRow(label: string, operator: OperatorFigures): string[] {
  return [
    label,
    ofAll(operator.found, operator.events),
    figure(operator.false),
    figure(operator.falsePerMetricWeek, 2),
    figure(operator.precision, 2),
    figure(operator.delayRows),
    figure(operator.delayMinutes),
  ];
}
