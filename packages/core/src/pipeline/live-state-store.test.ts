import { describe, expect, test } from 'vitest';
import { createScenario, history, SHARD, TRAINED, watch } from '../testing/scenario.ts';
import { timeOf } from '../testing/series.ts';
import { createLiveStateStore } from './live-state-store.ts';
import { replay } from './replay.ts';
import type { RunPorts, RunReport } from './stage.ts';

const CONTENTS = {
  web: history([50, 200, 201, 50, 50, 50, 300]),
  db: history([200], { seed: 2 }),
  quiet: history([], { seed: 3 }),
};
const DETECTORS = [
  { type: 'z-score', windowSamples: 30, warmupSamples: 20, threshold: 4 },
  { type: 'adaptive', periodMs: 300_000, timeZone: 'UTC', warmupSamples: 24 },
  { type: 'isolation-forest', windowSamples: 30, warmupSamples: 20, seed: 7 },
] as const;

describe('a replay with live states', () => {
  test.each(DETECTORS)('concludes as one with stored states does: $type', async (detector) => {
    const watched = Object.keys(CONTENTS).map((id) => watch(id, { detector }));
    const request = {
      shard: SHARD,
      watched,
      firstMs: timeOf(TRAINED),
      lastMs: timeOf(TRAINED + 25),
    };
    const replayed = async (changes: Partial<RunPorts>): Promise<RunReport[]> => {
      const { source, store, sink } = createScenario(CONTENTS);
      const ports = { source, store, sinks: [sink], ...changes };
      const reports: RunReport[] = [];
      for await (const report of replay(request, ports)) reports.push(report);
      return reports;
    };
    const stored = await replayed({});
    expect(stored.flatMap(({ decisions }) => decisions).length).toBeGreaterThan(70);
    expect(stored.flatMap(({ delivered }) => delivered).length).toBeGreaterThan(0);
    expect(await replayed({ store: createLiveStateStore() })).toEqual(stored);
  });

  test('goes on where the one before it ended', async () => {
    const store = createLiveStateStore();
    const { source } = createScenario(CONTENTS);
    const ports = { source, store, sinks: [] };
    const scored = async (last: number): Promise<number> => {
      const request = { shard: SHARD, watched: [watch('web')], firstMs: timeOf(TRAINED) };
      let count = 0;
      for await (const { counts } of replay({ ...request, lastMs: timeOf(last) }, ports)) {
        count += counts.scored;
      }
      return count;
    };
    expect(await scored(TRAINED + 4)).toBe(5);
    expect(await scored(TRAINED + 6)).toBe(2);
    expect(await scored(TRAINED + 6)).toBe(0);
  });
});

describe('a live state store', () => {
  test('keeps what is committed to the version that there is, and nothing else', () => {
    const store = createLiveStateStore();
    const { state, version } = store.recall('a');
    expect(version).toBeUndefined();
    const first = store.keep('a', state, undefined);
    expect(first.committed).toBe(true);
    expect(store.keep('a', state, undefined)).toEqual({ committed: false });
    expect(store.keep('b', state, undefined).committed).toBe(true);
    const { version: now } = store.recall('a');
    expect(store.keep('a', state, now).committed).toBe(true);
  });
});
