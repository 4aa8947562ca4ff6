import { isoTime } from '../../alerts/message.ts';
import { messageOf } from '../../errors.ts';
import type { ReadResult } from '../../ports/metric-source.ts';
import { type RefusedSamples, samplesBetween, tidySamples } from '../../series/samples.ts';
import { keyOf } from '../monitor.ts';
import { shareOfTime } from '../share-of-time.ts';
import type { Note, Run, SeriesReading, SeriesRequest, Stage } from '../stage.ts';

/** Of the time left, what reading may take: the rest is for scoring what was read. */
const READING_SHARE = 0.5;

/**
 * Reads the samples of the selected series and tidies them: what is not a number stops here and
 * never reaches a model. A series that could not be read is left out of the rest of the run.
 */
export const read: Stage = async (run) => {
  const results = await readAll(run);
  const readings = new Map<string, SeriesReading>();
  const notes: Note[] = [];

  run.requests.forEach((request, i) => {
    const series = keyOf(request.watched);
    const result = results[i]!;
    if (result.status === 'not-reached') {
      const { reason = 'no time left to read it' } = result;
      notes.push({ kind: 'left', series, message: `${reason}; next run` });
      return;
    }
    if (result.status === 'failed') {
      const { reason, retryable } = result;
      const message = retryable ? `${reason}; next run` : reason;
      notes.push({ kind: 'read-failed', series, message, retryable });
      return;
    }
    const tidied = tidySamples(result.timestamps, result.values);
    // Held to the span that was asked for: a source that gives more must not bring in the future.
    const samples = samplesBetween(tidied.samples, request.after, request.until);
    const partial = result.status === 'partial';
    const reading: SeriesReading = {
      samples,
      count: samples.values.length,
      refused: tidied.refused,
      withheld: result.withheld ?? 0,
      partial,
    };
    readings.set(series, reading);
    const firstSight = !run.state.series.has(series);
    for (const note of remarksOn(reading, request, firstSight)) notes.push({ ...note, series });
  });
  return { ...run, readings, notes: [...run.notes, ...notes] };
};

/** One result a request, whatever the source does. */
async function readAll({ request, requests, ports }: Run): Promise<readonly ReadResult[]> {
  if (requests.length === 0) return [];
  const { remainingMs = () => Number.POSITIVE_INFINITY } = request;
  const options = { remainingMs: shareOfTime(remainingMs, READING_SHARE) };
  try {
    const results = await ports.source.read(requests, options);
    return requests.map((_, i) => checked(results[i]));
  } catch (error) {
    return requests.map(() => failed(messageOf(error)));
  }
}

/** A source's answer for one series; one that makes no sense counts as a failure of that series. */
function checked(result: ReadResult | undefined): ReadResult {
  if (result === undefined) return failed('the source gave no answer for this series');
  if (result.status === 'failed' || result.status === 'not-reached') return result;
  const { timestamps, values } = result;
  if (timestamps.length === values.length) return result;
  return failed(`the source gave ${timestamps.length} timestamps for ${values.length} values`);
}

function failed(reason: string): ReadResult {
  return { status: 'failed', reason, retryable: true };
}

/** What an operator should know of a reading. */
function remarksOn(
  { samples, refused, withheld, partial }: SeriesReading,
  { after }: SeriesRequest,
  firstSight: boolean,
): Note[] {
  const notes: Note[] = [];
  const message = describeRefused(refused);
  if (message !== '') notes.push({ kind: 'samples-refused', message });
  if (withheld > 0) {
    notes.push({ kind: 'samples-withheld', message: `${withheld} rest on too little: left out` });
  }
  if (partial) notes.push({ kind: 'read-partial', message: 'more samples exist; next run' });
  if (firstSight && !partial && samples.values.length === 0) {
    const since = `no samples since ${isoTime(after)}`;
    notes.push({
      kind: 'no-samples',
      message: `${since}: check that it exists under exactly this name, place and dimensions`,
    });
  }
  return notes;
}

/** Order is nobody's promise, so samples out of order are sorted without a word. */
function describeRefused({ notFinite, duplicate }: RefusedSamples): string {
  const parts = [
    notFinite > 0 ? `${notFinite} not a number: left out` : '',
    duplicate > 0 ? `${duplicate} with a timestamp seen before: the first was kept` : '',
  ];
  return parts.filter((part) => part !== '').join('; ');
}
