import { messageOf } from '../../errors.ts';
import type { MetricSource, ReadRequest, ReadResult } from '../../ports/metric-source.ts';
import { type RefusedSamples, samplesBetween, tidySamples } from '../../series/samples.ts';
import { keyOf } from '../monitor.ts';
import type { Note, SeriesReading, Stage } from '../stage.ts';

/**
 * Reads the samples of the selected series and tidies them: what is not a number stops here and
 * never reaches a model. A series that could not be read is left out of the rest of the run.
 */
export const read: Stage = async (run) => {
  const results = await readAll(run.ports.source, run.requests);
  const readings = new Map<string, SeriesReading>();
  const notes: Note[] = [];

  run.requests.forEach(({ watched, after, until }, i) => {
    const series = keyOf(watched);
    const result = results[i]!;
    if (result.status === 'failed') {
      notes.push({ kind: 'read-failed', series, message: result.reason });
      return;
    }
    const { samples, refused } = tidySamples(result.timestamps, result.values);
    // Held to the span that was asked for: a source that gives more must not bring in the future.
    const partial = result.status === 'partial';
    readings.set(series, { samples: samplesBetween(samples, after, until), refused, partial });
    const message = describeRefused(refused);
    if (message !== '') notes.push({ kind: 'samples-refused', series, message });
    if (partial) {
      notes.push({ kind: 'read-partial', series, message: 'more samples exist; next run' });
    }
  });
  return { ...run, readings, notes: [...run.notes, ...notes] };
};

/** One result a request, whatever the source does. */
async function readAll(
  source: MetricSource,
  requests: readonly ReadRequest[],
): Promise<readonly ReadResult[]> {
  if (requests.length === 0) return [];
  try {
    const results = await source.read(requests);
    return requests.map((_, i) => checked(results[i]));
  } catch (error) {
    return requests.map(() => failed(messageOf(error)));
  }
}

/** A source's answer for one series; one that makes no sense counts as a failure of that series. */
function checked(result: ReadResult | undefined): ReadResult {
  if (result === undefined) return failed('the source gave no answer for this series');
  if (result.status === 'failed' || result.timestamps.length === result.values.length)
    return result;
  const { timestamps, values } = result;
  return failed(`the source gave ${timestamps.length} timestamps for ${values.length} values`);
}

function failed(reason: string): ReadResult {
  return { status: 'failed', reason, retryable: true };
}

/** Order is nobody's promise, so samples out of order are sorted without a word. */
function describeRefused({ notFinite, duplicate }: RefusedSamples): string {
  const parts = [
    notFinite > 0 ? `${notFinite} not a number: left out` : '',
    duplicate > 0 ? `${duplicate} with a timestamp seen before: the first was kept` : '',
  ];
  return parts.filter((part) => part !== '').join('; ');
}
