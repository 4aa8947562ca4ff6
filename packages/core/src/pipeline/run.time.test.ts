import { describe, expect, test } from 'vitest';
import type { MetricSource, ReadResult } from '../ports/metric-source.ts';
import { createScenario, history, TRAINED, watch } from '../testing/scenario.ts';
import { timeOf } from '../testing/series.ts';

/** Three series that all jump with the same sample. */
const CONTENTS = { a: history([200]), b: history([200]), c: history([200]) };

/** A clock of the time left that loses a second each time it is looked at: for reading once, for each series twice. */
function countingDown(seconds: number): () => number {
  let left = seconds + 1;
  return () => {
    left -= 1;
    return left * 1000;
  };
}

/** A source that says of some series that it did not come to them. */
function reachingOnly(source: MetricSource, ids: readonly string[]): MetricSource {
  return {
    ...source,
    async read(requests) {
      const results = await source.read(requests);
      return results.map((result, i): ReadResult => {
        return ids.includes(requests[i]!.series.id) ? result : { status: 'not-reached' };
      });
    },
  };
}

describe('when the time runs out', () => {
  test('fault 9: what was judged is committed and told, and the rest is named', async () => {
    const scenario = createScenario(CONTENTS);
    await scenario.runAt(TRAINED - 1);
    const report = await scenario.runAt(TRAINED, { remainingMs: countingDown(5) });
    expect(report.outcome).toBe('committed');
    expect(report.counts).toMatchObject({ due: 3, read: 3, scored: 2, left: 1, failed: 0 });
    expect(scenario.told()).toEqual([`firing a ${TRAINED}`, `firing b ${TRAINED}`]);
    expect(report.notes).toEqual([
      { kind: 'left', series: '["cpu","c"]', message: 'no time left to judge it; next run' },
    ]);
  });

  test('the next run takes up what was left, first of all', async () => {
    const scenario = createScenario(CONTENTS);
    await scenario.runAt(TRAINED - 1);
    await scenario.runAt(TRAINED, { remainingMs: countingDown(5) });
    await scenario.runAt(TRAINED + 1, { remainingMs: countingDown(2) });
    expect(scenario.told()).toContain(`firing c ${TRAINED}`);
    await scenario.runThrough(TRAINED + 2, TRAINED + 9);
    expect(scenario.told().filter((text) => text.startsWith('firing'))).toHaveLength(3);
    expect(scenario.told().filter((text) => text.startsWith('resolved'))).toHaveLength(3);
  });

  test('a series that the source did not come to is left, not failed, and nothing is told of it', async () => {
    const scenario = createScenario(CONTENTS);
    await scenario.runAt(TRAINED - 1);
    const source = reachingOnly(scenario.source, ['b']);
    const report = await scenario.runAt(TRAINED, { source });
    expect(report.counts).toMatchObject({ due: 3, read: 1, scored: 1, left: 2, failed: 0 });
    expect(scenario.told()).toEqual([`firing b ${TRAINED}`]);
  });

  test('what a source did not come to, and what asked it for patience, is said and counted', async () => {
    const scenario = createScenario({ ...CONTENTS, d: history([200]) });
    await scenario.runAt(TRAINED - 1);
    const answers: readonly ReadResult[] = [
      { status: 'not-reached' },
      { status: 'not-reached', reason: 'waiting for eu-west-1', throttled: true },
      { status: 'failed', reason: 'Throttling', retryable: true, throttled: true },
      { status: 'failed', reason: 'Forbidden', retryable: false },
    ];
    const source: MetricSource = { ...scenario.source, read: async () => answers };
    const report = await scenario.runAt(TRAINED, { source });
    expect(report.notes).toEqual([
      { kind: 'left', series: '["cpu","a"]', message: 'no time left to read it; next run' },
      {
        kind: 'left',
        series: '["cpu","b"]',
        message: 'waiting for eu-west-1; next run',
        throttled: true,
      },
      {
        kind: 'read-failed',
        series: '["cpu","c"]',
        message: 'Throttling; next run',
        retryable: true,
        throttled: true,
      },
      { kind: 'read-failed', series: '["cpu","d"]', message: 'Forbidden', retryable: false },
    ]);
    expect(report.counts).toMatchObject({ due: 4, read: 0, left: 2, failed: 2, throttled: 2 });
  });

  test('half of it is kept from reading, so that what was read can be judged', async () => {
    const scenario = createScenario(CONTENTS);
    const told: (number | undefined)[] = [];
    const source: MetricSource = {
      ...scenario.source,
      read: (requests, options) => {
        told.push(options?.remainingMs?.());
        return scenario.source.read(requests);
      },
    };
    await scenario.runAt(TRAINED - 1, { source, remainingMs: () => 40_000 });
    await scenario.runAt(TRAINED, { source });
    expect(told).toEqual([20_000, Number.POSITIVE_INFINITY]);
  });

  test('with none from the start nothing changes', async () => {
    const scenario = createScenario(CONTENTS);
    await scenario.runAt(TRAINED - 1);
    const before = await scenario.stored();
    const report = await scenario.runAt(TRAINED, { remainingMs: () => 0 });
    expect(report.outcome).toBe('unchanged');
    expect(report.counts).toMatchObject({ left: 3, scored: 0 });
    expect(await scenario.stored()).toEqual(before);
  });

  test('series already watched come before those still to be learned', async () => {
    const scenario = createScenario(CONTENTS);
    await scenario.runAt(TRAINED - 1, { watched: [watch('c')] });
    const report = await scenario.runAt(TRAINED, { remainingMs: countingDown(2) });
    expect(report.decisions.map(({ series }) => series.series.id)).toEqual(['c']);
  });
});

describe('reading', () => {
  const askedAt = async (periodMs: number, indexes: readonly number[]): Promise<number[]> => {
    const asked: number[] = [];
    const scenario = createScenario({ web: history([]) }, { periodMs });
    const source: MetricSource = {
      ...scenario.source,
      read: async (requests) => {
        asked.push(...requests.map(({ until }) => until));
        return scenario.source.read(requests);
      },
    };
    for (const index of indexes) await scenario.runAt(index, { source });
    return asked;
  };

  test('asks for a series only when its next period has settled, for every read is paid for', async () => {
    const fiveMinutes = timeOf(1) - timeOf(0);
    const indexes = Array.from({ length: 24 }, (_, i) => TRAINED + i);
    expect(await askedAt(fiveMinutes, indexes)).toHaveLength(24);
    expect((await askedAt(12 * fiveMinutes, indexes)).length).toBeLessThanOrEqual(3);
  });
});

describe('on first sight', () => {
  test('a series without any samples is said, and what to check', async () => {
    const scenario = createScenario({ web: [] });
    const { notes } = await scenario.runAt(TRAINED);
    expect(notes).toEqual([
      {
        kind: 'no-samples',
        series: '["cpu","web"]',
        message:
          'no samples since 2014-02-14T00:00:00Z: check that it exists under exactly this name, place and dimensions',
      },
    ]);
  });

  test('samples that the source does not vouch for are counted and said', async () => {
    const scenario = createScenario({ web: history([]) });
    const withheld = Array.from({ length: 39 }, (_, i) => timeOf(4 + i));
    const source: MetricSource = {
      ...scenario.source,
      read: async () => [{ status: 'complete', timestamps: [timeOf(3)], values: [50], withheld }],
    };
    const { notes, counts } = await scenario.runAt(TRAINED, { source });
    expect(notes).toMatchObject([
      { kind: 'samples-withheld', message: '39 rest on too little: left out' },
    ]);
    expect(counts).toMatchObject({ samples: 1, refused: 39 });
  });
});
