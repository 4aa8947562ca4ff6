import type { Config } from '@plumbline/config';
import { describe, expect, test } from 'vitest';
import { estimateRun, WHOLE_CORE_MB } from './estimate.ts';
import { deployProblems } from './preflight.ts';
import { configOf, configWith } from './testing/synthesised.ts';

type Monitor = Config['monitors'][number];

/** This many series under one monitor. */
function fleet(series: number, deploy = '{}', said: Partial<Monitor> = {}): Config {
  const config = configWith(deploy);
  const monitors = config.monitors.map((monitor) => ({
    ...monitor,
    ...said,
    source: { ...monitor.source, dimensions: { InstanceId: '*' } } as Monitor['source'],
    maxSeries: series,
  }));
  return { ...config, monitors };
}

const FOREST = { type: 'isolation-forest', trees: 100, windowSamples: 2016 } as const;

describe('the estimate of a run', () => {
  test('counts a monitor of many series by the most that it may have', () => {
    expect(estimateRun(configOf('plumbline.yaml')).series).toBe(2);
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

describe('synth refuses', () => {
  test('nothing of the configuration that ships', () => {
    expect(deployProblems(configOf('plumbline.yaml'))).toEqual([]);
  });

  test('a run that is estimated above half the timeout, with the memory that would do', () => {
    const forests = (memory: number) =>
      fleet(2000, `{memory: ${memory}, timeout: 40s}`, { detector: FOREST });
    const [problem, ...others] = deployProblems(forests(512));
    expect(others).toEqual([]);
    expect(problem).toMatch(
      /^deploy\.timeout: expected a run within half of 40 s, got an estimate of [\d.]+ s: 2000 series take [\d.]+ s of a core, of which 512 MB bring 28\.9 %, and [\d.]+ s of waiting\. Set deploy\.memory to \d+ or more, or watch fewer series/,
    );
    const memory = Number(/deploy\.memory to (\d+)/.exec(problem!)?.[1]);
    expect(deployProblems(forests(memory))).toEqual([]);
    expect(deployProblems(forests(memory - 64))).not.toEqual([]);
  });

  test('what no memory makes fast enough, with the timeout that would do', () => {
    const [problem] = deployProblems(fleet(2000, '{memory: 10240, timeout: 10s}'));
    const timeout = Number(/deploy\.timeout to (\d+)s/.exec(problem!)?.[1]);
    expect(deployProblems(fleet(2000, `{memory: 10240, timeout: ${timeout}s}`))).toEqual([]);
    expect(deployProblems(fleet(2000, `{memory: 10240, timeout: ${timeout - 1}s}`))).not.toEqual(
      [],
    );
  });

  test('what nothing makes up for', () => {
    const detector = { ...FOREST, trees: 10_000, windowSamples: 100_000 };
    const problems = deployProblems(fleet(2000, '{}', { detector }));
    expect(problems).toHaveLength(2); // time and memory, and one way out of both
    expect(problems[0]).not.toContain('watch fewer');
    expect(problems[1]).toContain('No memory and no timeout makes up for it: watch fewer series');
  });

  test('state that does not fit into the memory', () => {
    const slow = { type: 'z-score', windowSamples: 50_000 } as const;
    const [problem, ...others] = deployProblems(
      fleet(500, '{memory: 512, timeout: 15m}', { detector: slow }),
    );
    expect(others).toEqual([]);
    expect(problem).toMatch(
      /^deploy\.memory: expected enough for 500 series, got 512 MB for an estimate of \d+ MB\. Set deploy\.memory to \d+ or more/,
    );
  });

  test('every monitor that reads a file, by its name', () => {
    expect(deployProblems(configOf('examples/local-run/plumbline.yaml'))[0]).toMatch(
      /^monitor ".+": expected a metric, got csv: a deployed function has no files/,
    );
  });
});
