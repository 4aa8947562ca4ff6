import type { AlertMessage } from '../alerts/message.ts';
import type { WatchedSeries } from '../pipeline/monitor.ts';
import type { ReadResult } from '../ports/metric-source.ts';
import { fillWithZero } from '../series/fill.ts';
import { type Samples, samplesBetween, tidySamples } from '../series/samples.ts';
import { type AlertChart, drawAlertChart } from './alert-chart.ts';
import { type LearningOptions, learnedSamples } from './learned-samples.ts';

/** What there is to tell of a series. */
export interface Page {
  readonly watched: WatchedSeries;
  readonly message: AlertMessage;
  /** Of the sample that there is to tell of, and when the alert opened, ms. */
  readonly timestamp: number;
  readonly since: number;
}

export const NO_TIME = 'too little time left';

/**
 * The picture of a page as SVG.
 *
 * @param result - training history and what is shown, as the source gave it
 * @throws there are no samples, or the time is over
 */
export async function drawPage(
  page: Page,
  result: ReadResult | undefined,
  options: LearningOptions,
): Promise<string> {
  const { watched, message, since } = page;
  const samples = await learnedSamples(watched, samplesOf(result, page), options);
  if (samples === undefined) throw new Error(NO_TIME);
  if (samples.length === 0) throw new Error('the source gave no samples for it');
  const { periodMs } = watched.monitor;
  return drawAlertChart({ ...wordsOf(message), samples, periodMs, since });
}

/** @throws when they were not read */
function samplesOf(result: ReadResult | undefined, { watched, timestamp }: Page): Samples {
  if (result === undefined) throw new Error('the source gave no answer for it');
  if (result.status === 'not-reached') throw new Error(result.reason ?? NO_TIME);
  if (result.status === 'failed') throw new Error(result.reason);
  const { samples } = tidySamples(result.timestamps, result.values);
  const until = timestamp + 1;
  const within = samplesBetween(samples, Number.NEGATIVE_INFINITY, until);
  const { missing, periodMs } = watched.monitor;
  return missing === 'zero' ? fillWithZero(within, { after: undefined, until, periodMs }) : within;
}

type Words = Pick<AlertChart, 'title' | 'subtitle' | 'value' | 'usual'>;

function wordsOf(message: AlertMessage): Words {
  const { alert, metric, cluster, current_value: value, expected, lower, upper, side } = message;
  return {
    title: alert,
    subtitle: cluster === null ? metric : `${metric} · ${cluster}`,
    value: value === null ? '' : numberText(value),
    usual: usualTexts({ expected, lower, upper, side }),
  };
}

function usualTexts({
  expected,
  lower,
  upper,
  side,
}: Pick<AlertMessage, 'expected' | 'lower' | 'upper' | 'side'>): readonly string[] {
  const band =
    lower !== null && upper !== null ? `${numberText(lower)} to ${numberText(upper)}` : undefined;
  if (expected !== null) {
    const short = `usual ${numberText(expected)}`;
    return band === undefined ? [short] : [`${short} (${band})`, short];
  }
  if (band !== undefined) return [`usual ${band}`];
  const limit = (side === 'below' ? lower : upper) ?? upper ?? lower;
  return limit === null ? [] : [`limit ${numberText(limit)}`];
}

function numberText(value: number): string {
  const size = Math.abs(value);
  const isPlain = size === 0 || (size < 1e9 && size >= 1e-4);
  const text = isPlain
    ? value.toLocaleString('en-US', { maximumSignificantDigits: 4 })
    : value.toExponential().replace('e+', 'e');
  return text.replaceAll('-', '−');
}
