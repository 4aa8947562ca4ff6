import {
  type MetricSource,
  NO_SAMPLES,
  type ReadResult,
  type Samples,
  tidySamples,
  type WatchedSeries,
} from '@plumbline/core';
import { CommandError, EXIT } from '../exit.ts';

/** A source that gives no more than this of a series in a row would never come to an end. */
const MOST_READS = 1000;

/**
 * All samples of a series between two moments, in as many reads as that takes.
 * @throws {CommandError} it cannot be read
 */
export async function readHistory(
  { monitor, series }: WatchedSeries,
  source: MetricSource,
  span: { readonly after: number; readonly until: number },
): Promise<Samples> {
  const timestamps: number[] = [];
  const values: number[] = [];
  let { after } = span;
  for (let read = 0; read < MOST_READS; read++) {
    const [result] = await source.read([
      { series, periodMs: monitor.periodMs, after, until: span.until },
    ]);
    const { samples, isLast } = samplesOf(result!); // one answer for one request
    for (let i = 0; i < samples.values.length; i++) {
      timestamps.push(samples.timestamps[i]!);
      values.push(samples.values[i]!);
    }
    const newest = samples.timestamps.at(-1);
    if (isLast || newest === undefined) break;
    after = newest;
  }
  return timestamps.length === 0 ? NO_SAMPLES : tidySamples(timestamps, values).samples;
}

function samplesOf(result: ReadResult): {
  readonly samples: Samples;
  readonly isLast: boolean;
} {
  if (result.status === 'failed' || result.status === 'not-reached') {
    const reason = result.reason ?? 'it was not reached; try again';
    throw new CommandError(EXIT.failed, `the series cannot be read: ${reason}`);
  }
  const { samples } = tidySamples(result.timestamps, result.values);
  return { samples, isLast: result.status === 'complete' };
}
