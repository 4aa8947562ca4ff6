import { FALSE_PER_METRIC_WEEK } from './event-figures.ts';
import { sweepEvents } from './event-score.ts';
import { IDEAS } from './ideas/catalogue.ts';
import { quietNab } from './ideas/quiet.ts';
import { quietHoursTable } from './ideas/quiet-hours.ts';
import { seriesOf } from './measure.ts';
import { writeTable } from './report.ts';
import { EVENT_SETS } from './results.ts';
import { figure, type Table, toText } from './table.ts';

/**
 * `pnpm quality:ideas [--write]`: what was tried on the way to the default detector, each on all three sets, for
 * "Ideas tried" in docs/detection.md.
 */
const nab = seriesOf('nab');
const rows = IDEAS.map(({ name, scoresOf }) => {
  const events = EVENT_SETS.flatMap((set) => {
    const series = seriesOf(set);
    const { best, within } = sweepEvents(series, series.map(scoresOf));
    return [figure(best.f1, 2), figure(within(FALSE_PER_METRIC_WEEK).recall, 2)];
  });
  const row = [name, figure(quietNab(nab, nab.map(scoresOf)), 1), ...events];
  if (process.stderr.isTTY) console.error(row.join('  '));
  return row;
});
const table: Table = {
  id: 'ideas',
  title: 'Ideas, on all three sets',
  head: ['idea', 'nab', 'mscloud F1', '<= 0.5', 'kpi F1', '<= 0.5'],
  rows,
};
for (const each of [table, await quietHoursTable(nab)]) {
  console.log(`${toText(each)}\n`);
  if (process.argv.includes('--write')) writeTable(each);
}
