import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Silence } from '../alerts/silences.ts';
import { hostileText } from '../testing/arbitraries.ts';
import { PERIOD_MS, timeOf } from '../testing/series.ts';
import { decodeJob, encodeJob, type ShardJob, UnreadableJobError } from './job.ts';

const SILENCE: Silence = {
  id: '2026-07-01-deploy',
  match: { monitor: 'CPU', Host: 'web-*' },
  from: timeOf(0),
  until: timeOf(12),
  why: 'deploy of 1.2',
  by: 'ann',
};

const JOB: ShardJob = {
  slot: timeOf(10),
  shard: { index: 3, count: 20 },
  plan: '0123456789abcdef0123456789abcdef',
  silences: [SILENCE],
  pages: [timeOf(1), timeOf(4), timeOf(4), timeOf(9)],
};

/** What a queue takes unless it is told otherwise; Terraform's provider sets it so. */
const MOST_BYTES = 262_144;

describe('a job', () => {
  test('is read as it was written', () => {
    expect(decodeJob(encodeJob(JOB))).toEqual(JOB);
    const bare = { ...JOB, silences: [], pages: [] };
    expect(decodeJob(encodeJob(bare))).toEqual(bare);
  });

  test('carries whatever people have written', () => {
    fc.assert(
      fc.property(hostileText(), hostileText(), (text, name) => {
        const silences = [{ ...SILENCE, id: text, why: text, match: { [`x${name}`]: text } }];
        const job = { ...JOB, plan: text, silences };
        expect(decodeJob(encodeJob(job))).toEqual(job);
      }),
    );
  });

  test('fault 27: is short enough for a queue, however many pages were opened at once', () => {
    const pages = Array.from({ length: 100_000 }, (_, i) => timeOf(Math.floor(i / 10_000)));
    const text = encodeJob({ ...JOB, pages });
    expect(text.length).toBeLessThan(2_000);
    expect(decodeJob(text).pages).toEqual(pages);
  });

  test('is short enough when each period of a week has its page', () => {
    const pages = Array.from({ length: (7 * 24 * 3_600_000) / PERIOD_MS }, (_, i) => timeOf(i));
    expect(encodeJob({ ...JOB, pages }).length).toBeLessThan(MOST_BYTES / 4);
  });
});

describe('a text that is no job', () => {
  test.each([
    ['nothing', ''],
    ['half a job', encodeJob(JOB).slice(0, -20)],
    ['other text', 'please restart'],
    ['null', 'null'],
    ['a number', '7'],
    ['a list', '[]'],
    ['an event of a schedule', '{"detail-type":"Scheduled Event","time":"2026-07-01T00:00:00Z"}'],
  ])('is refused: %s', (_, text) => {
    expect(() => decodeJob(text)).toThrow(UnreadableJobError);
  });

  test.each([
    ['another version', { version: 2 }],
    ['no version', { version: undefined }],
    ['a slot that is no number', { slot: '2026-07-01T00:00:00Z' }],
    ['no slot', { slot: null }],
    ['no shard', { shard: undefined }],
    ['a shard that is not one of so many', { shard: { index: 20, count: 20 } }],
    ['a shard before the first', { shard: { index: -1, count: 20 } }],
    ['half a shard', { shard: { index: 1.5, count: 20 } }],
    ['a shard by its name', { shard: 'shard-3-of-20' }],
    ['a plan that is no text', { plan: { monitor: 'cpu' } }],
    ['silences that are no list', { silences: {} }],
    ['pages that are no list', { pages: 7 }],
    ['pages that are not counted', { pages: [timeOf(1)] }],
    ['pages counted as none', { pages: [[timeOf(1), 0]] }],
    ['pages at no time', { pages: [[null, 1]] }],
    ['more pages than memory has room for', { pages: [[timeOf(1), 1e12]] }],
    ['too many in sum', { pages: new Array(100).fill([timeOf(1), 999_999]) }],
  ])('is refused: %s', (_, changes) => {
    const text = JSON.stringify({ ...JSON.parse(encodeJob(JOB)), ...changes });
    expect(() => decodeJob(text)).toThrow(new UnreadableJobError('no job of version 1'));
  });

  test('is refused and nothing else happens, whatever it is', () => {
    const text = fc.oneof(hostileText(), fc.json());
    fc.assert(
      fc.property(text, (hostile) => {
        expect(() => decodeJob(hostile)).toThrow(UnreadableJobError);
      }),
    );
  });
});
