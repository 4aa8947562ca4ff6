import { describe, expect, test } from 'vitest';
import { DETECTOR_TYPES, type DetectorSpec, loadDetector, snapshotKey } from './detector-spec.ts';

describe('snapshotKey', () => {
  // A stored key must never change by accident: every model would be learned anew.
  test.each<[DetectorSpec, string]>([
    [{ type: 'static-threshold', above: 1 }, 'static-threshold@1/'],
    [{ type: 'z-score' }, 'z-score@1/2016x300000ms'],
    [{ type: 'z-score', windowSamples: 30 }, 'z-score@1/30x300000ms'],
    [{ type: 'z-score', periodMs: 60_000 }, 'z-score@1/2016x60000ms'],
    [{ type: 'interquartile-range' }, 'interquartile-range@1/2016x300000ms'],
    [{ type: 'isolation-forest' }, 'isolation-forest@1/2016x300000ms'],
    [{ type: 'closed-form-forest' }, 'closed-form-forest@1/2016x300000ms'],
    [{ type: 'autoencoder' }, 'autoencoder@1/2016x300000ms/12-3'],
    [{ type: 'autoencoder', inputSamples: 24 }, 'autoencoder@1/2016x300000ms/24-3'],
    [{ type: 'autoencoder', bottleneckUnits: 5 }, 'autoencoder@1/2016x300000ms/12-5'],
    [{ type: 'autoencoder', windowSamples: 300 }, 'autoencoder@1/300x300000ms/12-3'],
  ])('of %o is %s', (spec, key) => {
    expect(snapshotKey(spec)).toBe(key);
  });

  test.each<[DetectorSpec, DetectorSpec]>([
    [{ type: 'z-score' }, { type: 'z-score', threshold: 5, warmupSamples: 20 }],
    [{ type: 'isolation-forest' }, { type: 'isolation-forest', seed: 1, trees: 10, subsample: 64 }],
    [{ type: 'isolation-forest' }, { type: 'isolation-forest', engine: 'isolation-forest-npm' }],
    [{ type: 'isolation-forest' }, { type: 'isolation-forest', contamination: 0.1 }],
    [{ type: 'closed-form-forest' }, { type: 'closed-form-forest', threshold: 0.9 }],
    [
      { type: 'autoencoder' },
      { type: 'autoencoder', threshold: 6, refitEverySamples: 2016, epochs: 5, seed: 1 },
    ],
    [
      { type: 'static-threshold', above: 1 },
      { type: 'static-threshold', below: 0 },
    ],
  ])('of %o is that of %o: what is turned there keeps what was learned', (one, other) => {
    expect(snapshotKey(other)).toBe(snapshotKey(one));
  });
});

describe('loadDetector', () => {
  test('each detector it makes is a new one', async () => {
    const create = await loadDetector({ type: 'z-score', windowSamples: 5, warmupSamples: 2 });
    const [first, second] = [create(), create()];
    first.learn(1, 1);
    expect(second.snapshot()).toHaveLength(0);
  });

  test('a type that does not exist is refused by name', async () => {
    const spec = { type: 'toString' } as unknown as DetectorSpec;
    await expect(loadDetector(spec)).rejects.toThrow(
      `type must be one of ${DETECTOR_TYPES.join(', ')}, got toString`,
    );
  });

  test('an empty snapshot is as none', async () => {
    const create = await loadDetector({ type: 'z-score' });
    expect(create(new Float64Array(0)).snapshot()).toHaveLength(0);
  });
});
