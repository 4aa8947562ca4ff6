import { describe, expect, test } from 'vitest';
import { MONITOR, watch } from '../testing/scenario.ts';
import { keyOf, type Monitor, type WatchedSeries } from './monitor.ts';
import { NEW_SERIES, type SeriesState } from './shard-state.ts';
import { withinMaxSeries } from './within-max-series.ts';

const NOW = Date.UTC(2026, 0, 31);
const HOUR = 3_600_000;
const LIMITED: Monitor = { ...MONITOR, maxSeries: 2 };

const series = (...ids: string[]): WatchedSeries[] =>
  ids.map((id) => ({ ...watch(id), monitor: LIMITED }));
const names = (watched: readonly WatchedSeries[]): string[] =>
  watched.map(({ series: { id } }) => id);

/** The state of series by their id, last seen so many hours ago. */
function states(hoursAgo: Readonly<Record<string, number>>, firing: readonly string[] = []) {
  const known = Object.entries(hoursAgo).map(([id, hours]): [string, SeriesState] => {
    const [each] = series(id);
    const worst = { timestamp: NOW, value: 1, signal: 9, deviationFactor: 9 };
    const told = { severity: 'page', strength: 1, at: NOW, flaggedAt: NOW } as const;
    const alert = firing.includes(id)
      ? ({ phase: 'firing', since: NOW, cleanSamples: 0, worst, told } as const)
      : NEW_SERIES.alert;
    return [keyOf(each!), { ...NEW_SERIES, learnedUntil: NOW - hours * HOUR, alert }];
  });
  const byKey = new Map(known);
  return (key: string) => byKey.get(key);
}

describe('of more series than a monitor may watch', () => {
  test('the first are watched, and a note says how many are not', () => {
    const { watched, notes } = withinMaxSeries(series('a', 'b', 'c'));
    expect(names(watched)).toEqual(['a', 'b']);
    expect(notes).toEqual([
      {
        kind: 'too-many-series',
        monitor: 'cpu',
        message: '3 series match, 1 are not watched: raise maxSeries, or name fewer',
      },
    ]);
  });

  test('or of exactly as many, nothing is said', () => {
    const all = series('a', 'b');
    expect(withinMaxSeries(all)).toEqual({ watched: all, notes: [] });
  });

  test('those that are watched stay, whatever new names come before theirs', () => {
    const { watched } = withinMaxSeries(series('a', 'b', 'y', 'z'), states({ y: 1, z: 1 }), NOW);
    expect(names(watched)).toEqual(['y', 'z']);
  });

  test('those that fell silent make room for new ones', () => {
    const { watched } = withinMaxSeries(series('a', 'b', 'c'), states({ a: 30, b: 1 }), NOW);
    expect(names(watched)).toEqual(['b', 'c']);
  });

  test('one with an open alert stays, silent or not', () => {
    const stateOf = states({ a: 30, b: 1 }, ['a']);
    expect(names(withinMaxSeries(series('a', 'b', 'c'), stateOf, NOW).watched)).toEqual(['a', 'b']);
  });

  test('a monitor of daily samples does not take its series for silent after a day', () => {
    const daily = { ...LIMITED, periodMs: 24 * HOUR, settleMs: 48 * HOUR };
    const watched = series('a', 'b', 'c').map((each) => ({ ...each, monitor: daily }));
    const stateOf = states({ b: 100, c: 100 });
    expect(names(withinMaxSeries(watched, stateOf, NOW).watched)).toEqual(['b', 'c']);
  });

  test('a series is alive for a day from when its samples settle, and no longer', () => {
    const slow = { ...LIMITED, settleMs: 2 * HOUR };
    const watched = series('a', 'b', 'c').map((each) => ({ ...each, monitor: slow }));
    const namesWhen = (hours: number): string[] =>
      names(withinMaxSeries(watched, states({ b: 1, c: hours }), NOW).watched);
    expect(namesWhen(26)).toEqual(['b', 'c']);
    expect(namesWhen(26.1)).toEqual(['a', 'b']);
  });

  test('other monitors keep all of theirs', () => {
    const others = ['p', 'q', 'r'].map((id) => watch(id, { name: 'other' }));
    const { watched } = withinMaxSeries([...series('a', 'b', 'c'), ...others]);
    expect(names(watched)).toEqual(['a', 'b', 'p', 'q', 'r']);
  });
});
