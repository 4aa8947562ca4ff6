import { describe, expect, test } from 'vitest';
import type { MetricLocator, MetricSource, ReadResult, Series } from '../ports/metric-source.ts';
import { type Samples, tidySamples } from '../series/samples.ts';
import { PERIOD_MS, samplesOf, timeOf } from './series.ts';

export interface MetricSourceUnderTest {
  readonly source: MetricSource;
  /** Stands for all the series of the contents. */
  readonly locator: MetricLocator;
  /** The series that holds the samples of this name. */
  seriesOf(name: string): Series;
  /** Series that cannot be read, by what is wrong with them; none where that cannot be. */
  readonly broken?: Readonly<Record<string, Series>>;
}

/** In order, however the source gave them. */
function tidy(result: ReadResult | undefined): { timestamps: number[]; values: number[] } {
  if (result?.status !== 'complete') throw new Error(`expected complete, got ${result?.status}`);
  const { timestamps, values } = tidySamples(result.timestamps, result.values).samples;
  return { timestamps: [...timestamps], values: [...values] };
}

const ALL = { after: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };
const periodMs = PERIOD_MS;

/**
 * What every `MetricSource` does.
 *
 * @param make - a source that holds these series, by name
 * @param span - the widest span that may be asked for; everything unless told
 */
export function describeMetricSource(
  name: string,
  make: (
    contents: ReadonlyMap<string, Samples>,
  ) => MetricSourceUnderTest | Promise<MetricSourceUnderTest>,
  span: { readonly after: number; readonly until: number } = ALL,
): void {
  describe(`${name} keeps the contract of a metric source`, () => {
    const contents = new Map([
      ['web', samplesOf([1, 2.5, -3, 0.001, 5])],
      ['db', samplesOf([10, Number.NaN, 30])],
    ]);

    test('a series is read with its timestamps and values', async () => {
      const { source, seriesOf } = await make(contents);
      const [web] = await source.read([{ series: seriesOf('web'), periodMs, ...span }]);
      expect(tidy(web)).toEqual({
        timestamps: [0, 1, 2, 3, 4].map(timeOf),
        values: [1, 2.5, -3, 0.001, 5],
      });
    });

    test('a missing sample is not there', async () => {
      const { source, seriesOf } = await make(contents);
      const [db] = await source.read([{ series: seriesOf('db'), periodMs, ...span }]);
      expect(tidy(db)).toEqual({ timestamps: [timeOf(0), timeOf(2)], values: [10, 30] });
    });

    test('both ends of the span are left out', async () => {
      const { source, seriesOf } = await make(contents);
      const series = seriesOf('web');
      const read = async (after: number, until: number): Promise<number[]> =>
        tidy((await source.read([{ series, periodMs, after, until }]))[0]).values;
      expect(await read(timeOf(0), timeOf(3))).toEqual([2.5, -3]);
      expect(await read(timeOf(0) - 1, timeOf(3) + 1)).toEqual([1, 2.5, -3, 0.001]);
      expect(await read(timeOf(1), timeOf(1) + 1)).toEqual([]);
      expect(await read(timeOf(1) - 1, timeOf(1) + 1)).toEqual([2.5]);
    });

    test('a span without samples, after the last one too, is complete and empty', async () => {
      const { source, seriesOf } = await make(contents);
      const series = seriesOf('web');
      const results = await source.read([
        { series, periodMs, after: timeOf(1), until: timeOf(2) },
        { series, periodMs, after: timeOf(4), until: timeOf(9) },
        { series, periodMs, after: timeOf(-9), until: timeOf(0) },
      ]);
      for (const result of results) expect(tidy(result).values).toEqual([]);
    });

    test('results come in the order of the requests, one for each', async () => {
      const { source, seriesOf } = await make(contents);
      const [web, db] = [seriesOf('web'), seriesOf('db')];
      const results = await source.read([
        { series: db, periodMs, after: timeOf(1), until: timeOf(5) },
        { series: web, periodMs, after: timeOf(3), until: timeOf(5) },
        { series: db, periodMs, after: timeOf(-1), until: timeOf(1) },
      ]);
      expect(results.map((result) => tidy(result).values)).toEqual([[30], [5], [10]]);
    });

    test('no requests are no results', async () => {
      const { source } = await make(contents);
      expect(await source.read([])).toEqual([]);
    });

    test('an unknown series gives no samples, and the others go on', async () => {
      const { source, seriesOf } = await make(contents);
      const results = await source.read([
        { series: seriesOf('web'), periodMs, ...span },
        { series: seriesOf('never written'), periodMs, ...span },
        { series: seriesOf('db'), periodMs, ...span },
      ]);
      expect(tidy(results[0]).values).toHaveLength(5);
      expect(results[1]?.status === 'failed' || tidy(results[1]).values.length === 0).toBe(true);
      expect(tidy(results[2]).values).toHaveLength(2);
    });

    test('a series that fails is a result of its own, with a reason, and the others go on', async () => {
      const { source, seriesOf, broken = {} } = await make(contents);
      for (const [what, series] of Object.entries(broken)) {
        const results = await source.read([
          { series: seriesOf('web'), periodMs, ...span },
          { series, periodMs, ...span },
          { series: seriesOf('db'), periodMs, ...span },
        ]);
        expect(tidy(results[0]).values, what).toHaveLength(5);
        expect(results[1], what).toMatchObject({ status: 'failed', reason: expect.any(String) });
        expect(results[1], what).not.toMatchObject({ reason: '' });
        expect(tidy(results[2]).values, what).toHaveLength(2);
      }
    });

    test('a later request may go back to what was read before', async () => {
      const { source, seriesOf } = await make(contents);
      const request = { series: seriesOf('web'), periodMs, ...span };
      const [first] = await source.read([request]);
      await source.read([{ ...request, after: timeOf(3), until: timeOf(5) }]);
      const [again] = await source.read([request]);
      expect(tidy(again)).toEqual(tidy(first));
    });

    test('discovery finds every series, in a stable order, under an id of its own', async () => {
      const { source, locator } = await make(contents);
      const found = await source.discover(locator);
      expect(found).toHaveLength(contents.size);
      expect(new Set(found.map(({ id }) => id)).size).toBe(contents.size);
      expect(await source.discover(locator)).toEqual(found);
    });

    test('what discovery finds can be read', async () => {
      const { source, locator } = await make(contents);
      const found = await source.discover(locator);
      const results = await source.read(found.map((series) => ({ series, periodMs, ...span })));
      const lengths = results.map((result) => tidy(result).values.length);
      expect(lengths.sort()).toEqual([2, 5]);
    });
  });
}
