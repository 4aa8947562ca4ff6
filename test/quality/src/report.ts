import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventOperatorTable, eventPartsTable, eventTable } from './event-tables.ts';
import { nabOperatorTable, nabPartsTable, nabTable } from './nab-tables.ts';
import { EVENT_SETS, labelOf, type Results } from './results.ts';
import { figure, type Table, withTable } from './table.ts';

const PAGE = join(import.meta.dirname, '../../../docs/detection.md');

/** Everything that there is to show of results. */
export function tablesOf(results: Results): readonly Table[] {
  return [
    nabTable(results),
    nabOperatorTable(results),
    nabPartsTable(results),
    ...EVENT_SETS.flatMap((set) => [
      eventTable(results, set),
      eventOperatorTable(results, set),
      eventPartsTable(results, set),
    ]),
    costTable(results),
  ];
}

export function readPage(): string {
  return readFileSync(PAGE, 'utf8');
}

/** The page with the tables of these results in it. */
export function pageWith(page: string, results: Results): string {
  return tablesOf(results).reduce(withTable, page);
}

export function writePage(results: Results): void {
  writeFileSync(PAGE, pageWith(readPage(), results));
}

/** Puts one table more into the page. */
export function writeTable(table: Table): void {
  writeFileSync(PAGE, withTable(readPage(), table));
}

function costTable(results: Results): Table {
  const rows = Object.entries(results.detectors).flatMap(([name, { cost }]) => {
    if (cost === undefined) return [];
    const heap = cost.heapBytes === null ? null : cost.heapBytes / 1000;
    return [
      [
        labelOf(results, name),
        cost.pointsPerSecond.toLocaleString('en-US'),
        figure(cost.snapshotBytes / 1000, 1),
        figure(heap, 1),
        cost.date,
        cost.machine,
      ],
    ];
  });
  return {
    id: 'cost',
    title: 'Cost: one core, one series of 14 days at 5 minutes',
    head: ['detector', 'points/s', 'state, kB', 'heap, kB', 'run', 'machine'],
    rows,
  };
}
