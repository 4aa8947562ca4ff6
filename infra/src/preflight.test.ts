import type { Config } from '@plumbline/config';
import { describe, expect, test } from 'vitest';
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
      /^deploy\.timeout: expected a run within half of 40 s, got an estimate of [\d.]+ s: 2000 series take [\d.]+ s of a core, of which 512 MB bring 28\.9 %, and [\d.]+ s of waiting\. Set deploy\.memory to \d+ or more, or deploy\.shards to \d+, or watch fewer series/,
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

  test('more series than the shards are made for, with the number that would do', () => {
    const fits = fleet(2000, '{shards: 4}');
    expect(deployProblems(fits)).toEqual([]);
    expect(deployProblems(fleet(2001, '{shards: 4}'))).toEqual([
      'deploy.shards: expected at most 500 series for each of 4 shards, got 2001 series. Raise deploy.shards to 5',
    ]);
    expect(deployProblems(fleet(2001, '{shards: 5}'))).toEqual([]);
    const [problem] = deployProblems(fleet(128_001, '{shards: 256}'));
    expect(problem).toContain('There are at most 256: watch fewer series');
  });

  test('a run of one shard that is too much for it, with the shards that would do', () => {
    const forests = (shards: number) =>
      fleet(2000, `{memory: 512, timeout: 40s, shards: ${shards}}`, { detector: FOREST });
    const [problem] = deployProblems(forests(1));
    const shards = Number(/deploy\.shards to (\d+)/.exec(problem!)?.[1]);
    expect(shards).toBeGreaterThan(1);
    expect(deployProblems(forests(shards))).toEqual([]);
  });

  test('shards that are each too much, and says of which it speaks', () => {
    const forests = (shards: number) =>
      fleet(2000, `{memory: 256, timeout: 40s, shards: ${shards}}`, { detector: FOREST });
    const [problem] = deployProblems(forests(4));
    expect(problem).toMatch(
      /^deploy\.timeout: .*: the \d+ series that the fullest of 4 shards may have take /,
    );
    const shards = Number(/deploy\.shards to (\d+)/.exec(problem!)?.[1]);
    expect(shards).toBeGreaterThan(4);
    expect(deployProblems(forests(shards))).toEqual([]);
  });

  test('more shards than their workers get through in a slot, with the workers that would do', () => {
    const many = (concurrency: number) =>
      fleet(100_000, `{shards: 250, timeout: 3m, concurrency: ${concurrency}}`);
    const [problem, ...others] = deployProblems(many(2));
    expect(others).toEqual([]);
    expect(problem).toMatch(
      /^deploy\.concurrency: expected all shards within half of a slot of 300 s, got an estimate of [\d.]+ s: 250 shards of [\d.]+ s, 2 at a time\. Set deploy\.concurrency to \d+$/,
    );
    const concurrency = Number(/concurrency to (\d+)/.exec(problem!)?.[1]);
    expect(deployProblems(many(concurrency))).toEqual([]);
    expect(deployProblems(many(concurrency - 1))).not.toEqual([]);
  });

  test('shards that no number of workers gets through in a slot', () => {
    const slow = fleet(1000, '{schedule: 1m, timeout: 15m, shards: 2}', {
      detector: { ...FOREST, trees: 200 },
    });
    expect(deployProblems(slow)).toEqual([
      expect.stringMatching(/Set a slower deploy\.schedule, or more deploy\.memory$/),
    ]);
  });

  test('series that take the planner too long to find, with the timeout that would do', () => {
    const many = (timeout: number) =>
      fleet(100_000, `{shards: 250, concurrency: 50, timeout: ${timeout}s}`);
    const [problem, ...others] = deployProblems(many(60));
    expect(others).toEqual([]);
    expect(problem).toMatch(
      /^deploy\.timeout: expected a plan within half of 60 s, got an estimate of [\d.]+ s to find 100000 series\./,
    );
    const timeout = Number(/timeout to (\d+)s$/.exec(problem!)?.[1]);
    expect(deployProblems(many(timeout))).toEqual([]);
    expect(deployProblems(many(timeout - 1))).not.toEqual([]);
  });

  test('every monitor that reads a file, by its name', () => {
    expect(deployProblems(configOf('examples/local-run/plumbline.yaml'))[0]).toMatch(
      /^monitor ".+": expected a metric, got csv: a deployed function has no files/,
    );
  });
});
