import type { ReadResult } from '@plumbline/core';
import { OutOfTimeError } from '../time-limit.ts';
import type { PlannedSeries } from './plan.ts';
import type { CallAnswer, QueryAnswer } from './read-call.ts';

/** What a call has brought of one series, or why it has brought nothing. */
export function resultOf(
  series: PlannedSeries,
  { answers, stopped, message }: CallAnswer,
): ReadResult {
  const value = answers.get(series.valueId);
  const count = series.countId === undefined ? undefined : answers.get(series.countId);
  const parts = series.countId === undefined ? [value] : [value, count];

  for (const part of parts) {
    if (part?.status === 'Forbidden') return failed(part.message || FORBIDDEN, false);
    if (part?.status === 'InternalError') {
      return failed(`InternalError: ${part.message || STUMBLED}`, true);
    }
  }
  const whole = parts.every((part) => part?.status === 'Complete');
  if (whole) return { status: 'complete', ...samplesOf(series, value!, count) };

  // A series that breaks off is good up to where it does; what math made of half its operands is not.
  const begun = parts.every((part) => part !== undefined);
  const isMath = series.locator.kind === 'cloudwatch-expression';
  if (begun && !isMath) return { status: 'partial', ...samplesOf(series, value!, count) };
  if (stopped instanceof OutOfTimeError) return notReached(stopped);
  if (stopped !== undefined) {
    const { message: reason, retryable, throttled } = stopped;
    return { status: 'failed', reason, retryable, ...(throttled && { throttled }) };
  }
  if (begun) return failed(`CloudWatch has computed it only in part: ${value!.message}`, true);
  if (isMath && TOO_MANY_METRICS.test(message)) return failed(`${message}; ${ADVICE}`, false);
  return failed(message || 'CloudWatch gave no answer for it', true);
}

/** What is said of a request of one expression will be said of it each time. */
const TOO_MANY_METRICS = /allowed metrics exceeded/i;
const ADVICE = 'the expression needs more metrics than one request may have: use fewer';

const FORBIDDEN =
  'Forbidden: CloudWatch does not let this role read it: allow it cloudwatch:GetMetricData there (docs/deploy.md)';
const STUMBLED = 'CloudWatch stumbled over it';

/** A service that does not answer is not a run that is too long: somebody would raise its timeout. */
function notReached({ wasMade, message }: OutOfTimeError): ReadResult {
  if (!wasMade) return { status: 'not-reached' };
  return { status: 'not-reached', reason: `GetMetricData: ${message}` };
}

function failed(reason: string, retryable: boolean): ReadResult {
  return { status: 'failed', reason, retryable };
}

/**
 * The samples in the span of the series. Those that rest on too few measurements are withheld; where
 * the counts do not reach as far as the values, neither do the samples.
 */
function samplesOf(
  { after, until, locator }: PlannedSeries,
  value: QueryAnswer,
  count: QueryAnswer | undefined,
): { readonly timestamps: number[]; readonly values: number[]; readonly withheld: number[] } {
  const least = (locator.kind === 'cloudwatch' && locator.minSamples) || 0;
  const counts = new Map(count?.timestamps.map((timestamp, i) => [timestamp, count.values[i]!]));
  const counted =
    count === undefined || count.status === 'Complete'
      ? Number.POSITIVE_INFINITY
      : (count.timestamps.at(-1) ?? Number.NEGATIVE_INFINITY);

  const timestamps: number[] = [];
  const values: number[] = [];
  const withheld: number[] = [];
  value.timestamps.forEach((timestamp, i) => {
    if (timestamp <= after || timestamp >= until || timestamp > counted) return;
    if (count !== undefined && (counts.get(timestamp) ?? 0) < least) {
      withheld.push(timestamp);
      return;
    }
    timestamps.push(timestamp);
    values.push(value.values[i]!);
  });
  return { timestamps, values, withheld };
}
