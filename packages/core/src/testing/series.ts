import { type Samples, tidySamples } from '../series/samples.ts';
import { createRandom } from '../stats/random.ts';

/** Where and how the series of the tests lie on the time line. */
export const START = Date.UTC(2014, 1, 14);
export const PERIOD_MS = 300_000;

/** Timestamp of the sample with this index. */
export function timeOf(index: number): number {
  return START + index * PERIOD_MS;
}

/** One sample a period from `START` on; NaN stands for a missing one. */
export function samplesOf(values: ArrayLike<number>): Samples {
  return tidySamples(
    Array.from(values, (_, index) => timeOf(index)),
    values,
  ).samples;
}

/** Seeded noise, uniform in [level - spread, level + spread): at most 1.74 deviations from its mean. */
export function calm(
  count: number,
  { level = 50, spread = 5, seed = 1 }: { level?: number; spread?: number; seed?: number } = {},
): number[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => level + spread * (2 * random.uniform() - 1));
}
