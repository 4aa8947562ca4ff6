import {
  type MetricSource,
  type Monitor,
  messageOf,
  type Series,
  type WatchedSeries,
  watchMonitors,
  withinMaxSeries,
} from '@plumbline/core';
import type { CsvMetricSource, CsvSeries } from '@plumbline/core/files';
import { csvProblemText, type Problem, periodProblemText } from './problem.ts';

/** The series of all monitors. A monitor without any is a problem, and the others go on. */
export async function discoverSeries(
  monitors: readonly Monitor[],
  source: MetricSource,
): Promise<{ readonly watched: readonly WatchedSeries[]; readonly problems: Problem[] }> {
  const { watched: found, notes } = await watchMonitors(monitors, source);
  const { watched, notes: left } = withinMaxSeries(found);
  const problems = [...notes, ...left].map(({ monitor, message }): Problem => {
    return { where: `monitor "${monitor}"`, message, level: 'failed' };
  });
  return { watched, problems };
}

/** The file of a series. */
export function nameOf({ locator, id }: Series): string {
  return locator.kind === 'csv' ? locator.path : id;
}

/** The last part of a file, which is replayed; what is before it is history. */
export interface ReplaySpan {
  readonly firstMs: number;
  readonly lastMs: number;
}

/** What to replay of a file, if anything, and what there is to say of it. */
export function inspectSeries(
  source: CsvMetricSource,
  { monitor, series }: WatchedSeries,
  replayMs: number,
): { readonly span: ReplaySpan | undefined; readonly problems: readonly Problem[] } {
  const where = nameOf(series);
  try {
    const contents = source.contents(series);
    const { timestamps } = contents.samples;
    const [first, lastMs] = [timestamps[0], timestamps.at(-1)];
    if (first === undefined || lastMs === undefined) {
      return { span: undefined, problems: [emptiness(where, contents)] };
    }
    const span = { firstMs: Math.max(first, lastMs - replayMs + 1), lastMs };
    const details = contents.problems.map((problem): Problem => {
      return { where, message: csvProblemText(problem), level: 'detail' };
    });
    return { span, problems: [...details, ...otherPeriod(where, contents, monitor)] };
  } catch (error) {
    return { span: undefined, problems: [{ where, message: messageOf(error), level: 'failed' }] };
  }
}

/** No rows are nothing to worry about; rows of which none can be read are. */
function emptiness(where: string, { problems: [problem] }: CsvSeries): Problem {
  if (problem === undefined) return { where, message: 'holds no samples', level: 'note' };
  return { where, message: `no row could be used: ${csvProblemText(problem)}`, level: 'failed' };
}

/** Windows and slots count in periods: with another than the data's they span another time. */
function otherPeriod(where: string, { periodMs }: CsvSeries, monitor: Monitor): Problem[] {
  const message = periodProblemText(periodMs, monitor.periodMs, 'monitor');
  return message === undefined ? [] : [{ where, message, level: 'note' }];
}
