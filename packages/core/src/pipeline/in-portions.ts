import { NO_SAMPLES } from '../series/samples.ts';
import type { SeriesRequest, Stage } from './stage.ts';

/**
 * Samples in memory at once: a week of 50 series at 5 minutes, which CloudWatch answers as one page. On
 * their way from a wire to a detector they take some hundred bytes each, so that a function of 256 MB
 * has room for these and not for a week of 500 series.
 */
const MOST_SAMPLES = 100_800;

/**
 * Takes a run's requests through stages a portion at a time, and lets go of what was read before the
 * next: the first sight of many series, with all their history, needs no more memory than that of a few.
 */
export function inPortions(...stages: readonly Stage[]): Stage {
  return async (run) => {
    const readings = new Map(run.readings);
    let part = run;
    for (const requests of portionsOf(run.requests)) {
      part = { ...part, requests };
      for (const stage of stages) part = await stage(part);
      for (const [key, reading] of part.readings) {
        readings.set(key, { ...reading, samples: NO_SAMPLES });
      }
    }
    return { ...part, requests: run.requests, readings };
  };
}

/** In their order; one that is larger than a portion is a portion of its own. */
function portionsOf(requests: readonly SeriesRequest[]): SeriesRequest[][] {
  const portions: SeriesRequest[][] = [];
  let samples = Number.POSITIVE_INFINITY;
  for (const request of requests) {
    const most = mostSamples(request);
    samples += most;
    if (samples <= MOST_SAMPLES) portions.at(-1)!.push(request);
    else {
      portions.push([request]);
      samples = most;
    }
  }
  return portions;
}

/** Timestamps a period apart that fit between the two ends, neither of which is asked for; ms are whole. */
function mostSamples({ after, until, periodMs }: SeriesRequest): number {
  return Math.floor((until - after - 2) / periodMs) + 1;
}
