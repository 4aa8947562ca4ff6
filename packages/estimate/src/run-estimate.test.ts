import type { Config } from '@plumbline/config';
import { describe, expect, test } from 'vitest';
import { estimateRun, WHOLE_CORE_MB } from './run-estimate.ts';
import { configWith, fleet } from './testing/configs.ts';

type Monitor = Config['monitors'][number];

const FOREST = { type: 'isolation-forest', trees: 100, windowSamples: 2016 } as const;

describe('the estimate of a run', () => {
  test('counts a monitor of many series by the most that it may have', () => {
    expect(estimateRun(configWith()).series).toBe(1);
    expect(estimateRun(fleet(120)).series).toBe(120);
  });

  test('grows with the series, in time and in memory', () => {
    const [few, many] = [estimateRun(fleet(10)), estimateRun(fleet(1000))];
    expect(many.cpuSeconds).toBeGreaterThan(few.cpuSeconds);
    expect(many.waitSeconds).toBeGreaterThan(few.waitSeconds);
    expect(many.memoryMb).toBeGreaterThan(few.memoryMb);
  });

  test('is the same for the adaptive detector, whatever history it is given', () => {
    const of = (trainingMs: number) => estimateRun(fleet(500, '{}', { trainingMs }));
    expect(of(86_400_000)).toEqual(of(30 * 86_400_000));
  });

  test('grows with the trees and the window of the forest, and more with the engine of npm', () => {
    const cpu = (detector: Monitor['detector']): number =>
      estimateRun(fleet(500, '{}', { detector })).cpuSeconds;
    const forest = cpu(FOREST);
    expect(cpu({ type: 'z-score', windowSamples: 2016 })).toBeLessThan(forest);
    expect(cpu({ ...FOREST, trees: 200 })).toBeGreaterThan(forest);
    expect(cpu({ ...FOREST, windowSamples: 4032 })).toBeGreaterThan(forest);
    expect(cpu({ ...FOREST, engine: 'isolation-forest-npm' })).toBeGreaterThan(10 * forest);
  });

  test('counts every sample that a slow schedule leaves to one run', () => {
    const everySlot = estimateRun(fleet(500)).cpuSeconds;
    expect(estimateRun(fleet(500, '{schedule: 1h}')).cpuSeconds).toBeGreaterThan(5 * everySlot);
  });

  test('takes a share of a core from the memory, and never more than one', () => {
    expect(estimateRun(fleet(1, '{memory: 256}')).coreShare).toBeCloseTo(256 / WHOLE_CORE_MB);
    expect(estimateRun(fleet(1, '{memory: 4096}')).coreShare).toBe(1);
  });
});

describe('the estimate of a run of several shards', () => {
  const sharded = (shards: number) => estimateRun(fleet(2000, `{shards: ${shards}}`));

  test('is that of the fullest: more than its part, and less than all', () => {
    for (const shards of [4, 10, 50]) {
      const { series, memoryMb, cpuSeconds } = sharded(shards);
      expect(series).toBeGreaterThan(2000 / shards);
      expect(series).toBeLessThan(2000);
      expect(memoryMb).toBeLessThan(sharded(1).memoryMb);
      expect(cpuSeconds).toBeLessThan(sharded(1).cpuSeconds);
    }
  });

  test('is less the more there are', () => {
    expect(sharded(8).series).toBeLessThan(sharded(4).series);
    expect(sharded(8).seconds).toBeLessThan(sharded(4).seconds);
  });
});
