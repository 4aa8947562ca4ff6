import { describe, expect, test } from 'vitest';
import { InvalidOptionError } from '../errors.ts';
import { watch } from '../testing/scenario.ts';
import { timeOf } from '../testing/series.ts';
import { type Guidance, type Label, loadGuidance, type SeriesGuidance } from './guidance.ts';
import type { Silence } from './silences.ts';

const WEB = watch('web');
const DB = watch('db');

/** From the sample with the first index up to the one with the second, which is left out. */
const between = (first: number, last: number) => ({ from: timeOf(first), until: timeOf(last) });

function silence(changes: Partial<Silence> = {}): Silence {
  return { id: 's1', match: {}, ...between(10, 20), why: 'deploy', by: 'ann', ...changes };
}

async function guidanceOf(guidance: Guidance, watched = WEB): Promise<SeriesGuidance> {
  return (await loadGuidance(guidance))(watched);
}

describe('a series of which nobody has said anything', () => {
  test('is not muted, has no label, and its model is tied to none', async () => {
    for (const guidance of [{}, { silences: [silence({ match: { series: 'db' } })] }]) {
      const own = await guidanceOf(guidance);
      expect(own.mutedAt(timeOf(15), timeOf(15))).toBeUndefined();
      expect(own.labelAt(timeOf(15))).toBeUndefined();
      expect(own.labelsKey).toBe('');
    }
  });
});

describe('a maintenance window', () => {
  const maintenance = [{ name: 'backup', match: { series: 'web' }, spans: between(10, 20) }];

  test('mutes the samples of its time, whenever they are read', async () => {
    const { mutedAt } = await guidanceOf({ maintenance });
    const mute = { reason: 'maintenance', by: 'backup' };
    expect(mutedAt(timeOf(10), timeOf(500))).toEqual(mute);
    expect(mutedAt(timeOf(19), timeOf(0))).toEqual(mute);
    expect(mutedAt(timeOf(9), timeOf(15))).toBeUndefined();
    expect(mutedAt(timeOf(20), timeOf(15))).toBeUndefined();
  });

  test('is about the series that it matches, and no other', async () => {
    const { mutedAt } = await guidanceOf({ maintenance }, DB);
    expect(mutedAt(timeOf(15), timeOf(15))).toBeUndefined();
  });

  test('comes again as often as its pattern', async () => {
    const spans = { cron: '0 2 * * *', timeZone: 'Europe/Zurich', lengthMs: 3_600_000 };
    const { mutedAt } = await guidanceOf({ maintenance: [{ name: 'nightly', match: {}, spans }] });
    const hours = Array.from({ length: 48 }, (_, hour) => Date.UTC(2026, 5, 1, hour));
    const muted = hours.flatMap((hour, i) => (mutedAt(hour, hour) ? [i] : []));
    expect(muted).toEqual([0, 24]); // 02:00 in Zurich is 00:00 UTC in summer
  });
});

describe('a silence', () => {
  test('mutes the samples of its time, and all that would be told while it lasts', async () => {
    const { mutedAt } = await guidanceOf({ silences: [silence()] });
    const mute = { reason: 'silenced', by: 's1' };
    expect(mutedAt(timeOf(10), timeOf(500))).toEqual(mute);
    expect(mutedAt(timeOf(2), timeOf(10))).toEqual(mute); // late, and quiet was wanted at once
    expect(mutedAt(timeOf(19), timeOf(20))).toEqual(mute);
    expect(mutedAt(timeOf(9), timeOf(9))).toBeUndefined();
    expect(mutedAt(timeOf(20), timeOf(20))).toBeUndefined();
  });

  test('is one of several: any of them mutes, and the first that does is named', async () => {
    const silences = [
      silence({ id: 'other', match: { series: 'db' } }),
      silence({ id: 'later', ...between(15, 30) }),
      silence({ id: 'earlier' }),
    ];
    const { mutedAt } = await guidanceOf({ silences });
    const by = [12, 16, 25, 31].map((index) => mutedAt(timeOf(index), timeOf(index))?.by);
    expect(by).toEqual(['earlier', 'later', 'later', undefined]);
  });

  test('of no length, or that ends before it begins, mutes nothing', async () => {
    for (const spans of [between(10, 10), between(20, 10)]) {
      const { mutedAt } = await guidanceOf({ silences: [silence(spans)] });
      const muted = [9, 10, 15, 20].map((index) => mutedAt(timeOf(index), timeOf(index)));
      expect(muted).toEqual(new Array(4).fill(undefined));
    }
  });
});

describe('labels', () => {
  const labelled = (
    label: Label['label'],
    [first, last]: readonly [number, number],
    match: Label['match'] = {},
  ): Label => ({ label, spans: between(first, last), match });

  test('are those of the time of a sample', async () => {
    const { labelAt } = await guidanceOf({ labels: [labelled('incident', [10, 20])] });
    expect([9, 10, 19, 20].map((index) => labelAt(timeOf(index)))).toEqual([
      undefined,
      'incident',
      'incident',
      undefined,
    ]);
  });

  test('that overlap: excluded before incident before normal, in whatever order they are written', async () => {
    const labels = [
      labelled('normal', [0, 30]),
      labelled('excluded', [20, 40]),
      labelled('incident', [10, 30]),
    ];
    for (const written of [labels, labels.toReversed()]) {
      const { labelAt } = await guidanceOf({ labels: written });
      expect([5, 15, 25, 35, 45].map((index) => labelAt(timeOf(index)))).toEqual([
        'normal',
        'incident',
        'excluded',
        'excluded',
        undefined,
      ]);
    }
  });

  test('of other series are none of its', async () => {
    const guidance = { labels: [labelled('excluded', [0, 50], { series: 'db' })] };
    expect((await guidanceOf(guidance)).labelAt(timeOf(5))).toBeUndefined();
    expect((await guidanceOf(guidance, DB)).labelAt(timeOf(5))).toBe('excluded');
  });

  describe('name what a model has learned', () => {
    const incident = labelled('incident', [10, 20]);
    const keyOf = async (...labels: Label[]): Promise<string> =>
      (await guidanceOf({ labels })).labelsKey;

    test('by what they say and of when', async () => {
      const keys = await Promise.all([
        keyOf(),
        keyOf(incident),
        keyOf(labelled('incident', [10, 21])),
        keyOf(labelled('normal', [10, 20])),
        keyOf(incident, labelled('normal', [30, 40])),
      ]);
      expect(new Set(keys).size).toBe(keys.length);
    });

    test('and nothing else: not silences, maintenance, the labels of others, or how they are matched', async () => {
      const expected = await keyOf(incident);
      const others: Guidance = {
        maintenance: [{ name: 'backup', match: {}, spans: between(0, 5) }],
        silences: [silence()],
        labels: [labelled('excluded', [0, 5], { series: 'db' }), incident],
      };
      expect((await guidanceOf(others)).labelsKey).toBe(expected);
      expect(await keyOf({ ...incident, match: { series: 'w*' } })).toBe(expected);
    });

    test('for a series as for another', async () => {
      const labels = [incident];
      expect((await guidanceOf({ labels }, DB)).labelsKey).toBe(await keyOf(incident));
    });

    test('whatever the time: those to come and those that are over are among them', async () => {
      expect(await keyOf(labelled('normal', [1e6, 2e6]))).not.toBe('');
    });

    test('in whatever order they are written', async () => {
      const other = labelled('incident', [30, 40]);
      expect(await keyOf(incident, other)).toBe(await keyOf(other, incident));
    });
  });
});

test('a time span that is none is refused, be it of maintenance or of a label', async () => {
  const spans = { cron: 'often', timeZone: 'UTC', lengthMs: 1 };
  const guided: Guidance[] = [
    { maintenance: [{ name: 'x', match: {}, spans }] },
    { labels: [{ label: 'normal', match: {}, spans }] },
  ];
  for (const guidance of guided) {
    await expect(loadGuidance(guidance)).rejects.toThrow(InvalidOptionError);
  }
});

test('what was given is left as it is', async () => {
  const labels: Label[] = [
    { label: 'normal', match: {}, spans: between(0, 1) },
    { label: 'excluded', match: {}, spans: between(0, 1) },
  ];
  await loadGuidance({ labels });
  expect(labels.map(({ label }) => label)).toEqual(['normal', 'excluded']);
});
