import { describe, expect, test } from 'vitest';
import { allContenders, type Contender, DEFAULT_DETECTOR, periodOf } from './contenders.ts';
import { jobOf, scoreSeries } from './score-series.ts';
import { HOUR, noise, seriesOf } from './testing/made-up.ts';
import { scoreOnWorkers } from './workers.ts';

const contenders = allContenders();
const contender = (name: string): Contender => contenders.find((one) => one.name === name)!;

/** 80 % of what the first 15 rows reach is 8. */
function staircase(later: Readonly<Record<number, number>>) {
  const values = Float64Array.from(
    { length: 100 },
    (_, row) => later[row] ?? (row < 2 ? 10 * row : 0),
  );
  return seriesOf(100, [], { values });
}

describe('a series gone through', () => {
  test('pages once while an alert lasts, and again after it has ended', async () => {
    const series = staircase({ 30: 9, 31: 12, 32: 9, 60: 11 });
    const { scores, pages, alerts } = await scoreSeries(
      jobOf(contender('static-threshold'), series),
    );
    expect(pages).toEqual([1, 30, 60]); // the first limit is set by what it then flags
    expect(alerts).toEqual(pages);
    expect([scores[30], scores[31], scores[59]]).toEqual([1, 4, 0]);
  });

  test('gives a row that comes late no score, and does not learn it', async () => {
    const series = staircase({ 50: 99 });
    series.timestamps[50] = series.timestamps[49]!;
    const { scores, signals, pages } = await scoreSeries(
      jobOf(contender('static-threshold'), series),
    );
    expect(scores[50]).toBeNaN();
    expect(signals[50]).toBe(0);
    expect(pages).toEqual([1]);
  });

  test('comes back from a worker as it is here, in the order of the jobs', async () => {
    const jobs = [120, 150, 130].map((rows) =>
      jobOf(contender('z-score'), seriesOf(rows, [], { values: noise(rows, rows) })),
    );
    const done: number[] = [];
    const runs = await scoreOnWorkers(jobs, 2, (job) => done.push(job.values.length));
    expect(runs).toEqual(await Promise.all(jobs.map(scoreSeries)));
    expect(done.toSorted()).toEqual([120, 130, 150]);
  });
});

describe('a contender', () => {
  test('is there for the default detector, which comes first', () => {
    expect(contenders[0]!.name).toBe(DEFAULT_DETECTOR);
    expect(contenders.filter(({ name }) => name === DEFAULT_DETECTOR)).toHaveLength(1);
  });

  test.each(contenders.filter(({ remembersMs }) => remembersMs !== undefined))(
    'that remembers a week needs only what it remembers: $name',
    async (one) => {
      const rows = 24 * 7 * 3;
      const series = { ...seriesOf(rows, [], { values: noise(rows, 1) }), scoredFrom: rows - 50 };
      const short = await scoreSeries(jobOf(one, series));
      const whole = await scoreSeries({ ...jobOf(one, series), from: 0 });
      expect(jobOf(one, series).from).toBe(rows - 50 - 2 * 24 * 7);
      expect(short.scores.subarray(-50)).toEqual(whole.scores.subarray(-50));
      expect(short.pages.filter((row) => row >= rows - 50)).toEqual(
        whole.pages.filter((row) => row >= rows - 50),
      );
    },
  );

  test('takes the usual step for the period, whatever is missing', () => {
    const timestamps = Float64Array.of(0, 1, 2, 3, 40, 41, 41, 42).map((hour) => hour * HOUR);
    expect(periodOf({ timestamps })).toBe(HOUR);
    expect(() => periodOf({ timestamps: Float64Array.of(0, 0) })).toThrow('different timestamps');
  });
});
