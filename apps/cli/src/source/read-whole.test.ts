import {
  type MetricSource,
  NO_SAMPLES,
  type ReadRequest,
  type ReadResult,
  type Series,
} from '@plumbline/core';
import { describe, expect, test } from 'vitest';
import { readWhole } from './read-whole.ts';

const SERIES: Series = {
  id: 'a',
  locator: { kind: 'csv', path: 'a.csv' },
  metric: 'a',
  resource: null,
};
const REQUEST: ReadRequest = { series: SERIES, periodMs: 10, after: 0, until: 1000 };

/** A source that gives these answers, one a read, and what it was asked for. */
function answering(...answers: readonly ReadResult[]): {
  readonly source: MetricSource;
  readonly asked: ReadRequest[];
} {
  const asked: ReadRequest[] = [];
  const source: MetricSource = {
    discover: async () => [SERIES],
    async read(requests) {
      asked.push(...requests);
      return requests.map(() => answers[Math.min(asked.length, answers.length) - 1]!);
    },
  };
  return { source, asked };
}

const part = (status: 'partial' | 'complete', ...timestamps: number[]): ReadResult => {
  return { status, timestamps, values: timestamps.map((timestamp) => timestamp * 2) };
};

describe('a span that is read as a whole', () => {
  test('is asked for part by part, each after what has come', async () => {
    const { source, asked } = answering(part('partial', 20, 10), part('complete', 30));
    const [result] = await readWhole([REQUEST], source);
    const timestamps = Float64Array.of(10, 20, 30);
    const values = Float64Array.of(20, 40, 60);
    expect(result).toMatchObject({ samples: { timestamps, values } });
    expect(asked.map(({ after }) => after)).toEqual([0, 20]);
  });

  test('may be empty', async () => {
    const [result] = await readWhole([REQUEST], answering(part('complete')).source);
    expect(result).toMatchObject({ samples: NO_SAMPLES });
  });

  test('has more samples than a call can have arguments', async () => {
    const many = Array.from({ length: 300_000 }, (_, i) => i + 1);
    const { source } = answering(part('partial', ...many.slice(0, 1)), {
      status: 'complete',
      timestamps: many,
      values: many,
    });
    const [result] = await readWhole([REQUEST], source);
    expect(result && 'samples' in result && result.samples.values.length).toBe(300_000);
  });

  test.each<[string, readonly ReadResult[], object]>([
    ['fails', [{ status: 'failed', reason: 'denied', retryable: false }], { reason: 'denied' }],
    [
      'breaks off',
      [part('partial', 10), { status: 'not-reached' }],
      { reason: 'it was not reached; try again', readUntil: 10 },
    ],
    [
      'brings nothing new',
      [part('partial', 10), part('partial')],
      { reason: 'it does not come to an end', readUntil: 10 },
    ],
  ])('is none when it %s', async (_, answers, expected) => {
    expect(await readWhole([REQUEST], answering(...answers).source)).toEqual([expected]);
  });
});
