import { isoTime } from '../../alerts/message.ts';
import { messageOf } from '../../errors.ts';
import type { ReadResult } from '../../ports/metric-source.ts';
import { fillWithZero } from '../../series/fill.ts';
import { type RefusedSamples, samplesBetween, tidySamples } from '../../series/samples.ts';
import { keyOf } from '../monitor.ts';
import { NEW_SERIES } from '../shard-state.ts';
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
  const unread = new Map(run.unread);
  const notes: Note[] = [];

  run.requests.forEach((request, i) => {
    const series = keyOf(request.watched);
    const result = results[i]!;
    if (result.status === 'not-reached') {
      const { reason = 'no time left to read it', throttled = false } = result;
      notes.push({
        kind: 'left',
        series,
        message: `${reason}; next run`,
        ...(throttled && { throttled }),
      });
      return;
    }
    if (result.status === 'failed') {
      const { reason, retryable, throttled = false } = result;
      const message = retryable ? `${reason}; next run` : reason;
      notes.push({
        kind: 'read-failed',
        series,
        message,
        retryable,
        ...(throttled && { throttled }),
      });
      unread.set(series, reason);
      return;
    }
    const { learnedUntil } = run.state.series.get(series) ?? NEW_SERIES;
    const reading = readingOf(result, request, learnedUntil);
    readings.set(series, reading);
    const firstSight = learnedUntil === NEW_SERIES.learnedUntil;
    for (const note of remarksOn(reading, request, firstSight)) notes.push({ ...note, series });
  });
  return { ...run, readings, unread, notes: [...run.notes, ...notes] };
};

/** What a source gave, tidied, without what is known already. */
function readingOf(
  { timestamps, values, status, withheld = [] }: GivenSamples,
  request: SeriesRequest,
  learnedUntil: number,
): SeriesReading {
  const { after, until, periodMs, knownUntil, gaps, watched } = request;
  const partial = status === 'partial';
  const unknown: number[] = [];
  const late = new Set<number>();
  for (let i = 0; i < values.length; i++) {
    const timestamp = timestamps[i]!;
    if (!(timestamp <= knownUntil)) unknown.push(i);
    else if (gaps.includes(timestamp) && Number.isFinite(values[i])) late.add(timestamp);
  }
  const isAllUnknown = unknown.length === values.length;
  const tidied = tidySamples(
    isAllUnknown ? timestamps : unknown.map((i) => timestamps[i]!),
    isAllUnknown ? values : unknown.map((i) => values[i]!),
  );
  // Held to the span that was asked for: a source that gives more must not bring in the future.
  const within = samplesBetween(tidied.samples, after, until);
  const fills = watched.monitor.missing === 'zero' && !partial;
  // From what was learned last. A model that is learned anew begins with the first sample that there is, as on
  // first sight; where there is none any more, the periods are still those that were known.
  const begins = !Number.isFinite(knownUntil) && within.values.length > 0;
  const passed = Math.floor((Math.max(after, knownUntil) - learnedUntil) / periodMs);
  const isKnown = Number.isFinite(learnedUntil) && !begins;
  const anchor = isKnown ? learnedUntil + passed * periodMs : undefined;
  const samples = fills ? fillWithZero(within, { after: anchor, until, periodMs }) : within;
  return {
    samples,
    late: [...late].sort((a, b) => a - b),
    count: samples.values.length,
    refused: tidied.refused,
    withheld: withheld.filter((timestamp) => timestamp > knownUntil),
    partial,
  };
}

type GivenSamples = Extract<ReadResult, { status: 'complete' | 'partial' }>;

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
  if (withheld.length > 0) {
    const message = `${withheld.length} rest on too little: left out`;
    notes.push({ kind: 'samples-withheld', message });
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
