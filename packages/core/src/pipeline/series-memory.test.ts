import { describe, expect, test } from 'vitest';
import { NO_SAMPLES, type Samples } from '../series/samples.ts';
import { decisionsOnValues } from '../testing/alerts.ts';
import { watch } from '../testing/scenario.ts';
import { PERIOD_MS, timeOf } from '../testing/series.ts';
import { gapsAfter, incidentsAfter, incidentsOf } from './series-memory.ts';
import type { SeriesDecision } from './stage.ts';

const indexOf = (timestamp: number): number => (timestamp - timeOf(0)) / PERIOD_MS;
const times = (...indexes: number[]): number[] => indexes.map(timeOf);
/** Samples of 1 at these indexes. */
const at = (...indexes: number[]): Samples => ({
  timestamps: Float64Array.from(times(...indexes)),
  values: new Float64Array(indexes.length).fill(1),
});

interface Given {
  readonly learnedUntil?: number;
  readonly gaps?: readonly number[];
  readonly late?: readonly number[];
  readonly withheld?: readonly number[];
}

/** The gaps that are left, by index, when these samples come. */
function gapsLeft(
  samples: Samples,
  { learnedUntil = 0, gaps = [], late = [], withheld = [] }: Given = {},
): number[] {
  const known = { learnedUntil: timeOf(learnedUntil), gaps: times(...gaps) };
  const reading = { samples, late: times(...late), withheld: times(...withheld) };
  return gapsAfter(known, reading, PERIOD_MS).map(indexOf);
}

describe('periods without a sample', () => {
  test('are remembered when one comes after them', () => {
    expect(gapsLeft(at(1, 2, 3))).toEqual([]);
    expect(gapsLeft(at(1, 4, 6))).toEqual([2, 3, 5]);
    expect(gapsLeft(at(3), { gaps: [-2] })).toEqual([-2, 1, 2]);
  });

  test('are none while none has come: it may only be late', () => {
    expect(gapsLeft(NO_SAMPLES)).toEqual([]);
    expect(gapsLeft(NO_SAMPLES, { gaps: [-3] })).toEqual([-3]);
  });

  test('are so no longer when a sample has come late', () => {
    expect(gapsLeft(at(1), { gaps: [-4, -3], late: [-3] })).toEqual([-4]);
  });

  test('are none where there is one that the source does not vouch for', () => {
    expect(gapsLeft(at(4), { withheld: [2] })).toEqual([1, 3]);
  });

  test('are forgotten after three hours, by the time of the newest sample', () => {
    const [hour] = [3_600_000 / PERIOD_MS];
    const gaps = [-10, -1];
    expect(gapsLeft(at(1), { learnedUntil: 0, gaps })).toEqual(gaps);
    expect(gapsLeft(at(1), { gaps: [1 - 3 * hour, 2 - 3 * hour] })).toEqual([2 - 3 * hour]);
  });

  test('are no more than 36, the newest, after however long a pause', () => {
    const left = gapsLeft(at(100_000));
    expect(left).toEqual(Array.from({ length: 35 }, (_, i) => 100_000 - 35 + i));
    expect(gapsLeft(at(...Array.from({ length: 60 }, (_, i) => 2 * i))).length).toBeLessThan(37);
  });

  test('are no more than 36 also where they come singly, of short periods', () => {
    const minute = 60_000;
    const others = Array.from({ length: 80 }, (_, i) => (2 * i + 2) * minute);
    const samples = { timestamps: Float64Array.from(others), values: new Float64Array(80).fill(1) };
    const left = gapsAfter({ learnedUntil: 0 }, { samples, late: [], withheld: [] }, minute);
    expect(left).toEqual(Array.from({ length: 36 }, (_, i) => (2 * (i + 44) + 1) * minute));
  });

  test('of long periods are remembered within the same three hours', () => {
    const hour = 3_600_000;
    const known = { learnedUntil: 0, gaps: [] };
    const samples = { timestamps: Float64Array.of(10 * hour), values: Float64Array.of(1) };
    expect(gapsAfter(known, { samples, late: [], withheld: [] }, hour)).toEqual([
      8 * hour,
      9 * hour,
    ]);
  });

  test('are none where a sample came a little early or late', () => {
    const wobbling = {
      timestamps: Float64Array.from([1.3, 1.8, 3.2], (i) => timeOf(0) + i * PERIOD_MS),
      values: Float64Array.of(1, 1, 1),
    };
    expect(gapsLeft(wobbling)).toEqual([]);
    const late = (periods: number): Samples => ({
      timestamps: Float64Array.of(timeOf(0) + periods * PERIOD_MS),
      values: Float64Array.of(1),
    });
    expect([1.5, 1.6].map((periods) => gapsLeft(late(periods)))).toEqual([[], [1]]);
  });
});

/** The decisions on values, one a period, as a run has them. */
function decided(values: readonly number[]): SeriesDecision[] {
  let before = decisionsOnValues([50])[0]!.state;
  return decisionsOnValues(values).map((decision, i) => {
    const timestamp = timeOf(i);
    const verdict = { timestamp } as SeriesDecision['verdict'];
    const each = { series: watch('web'), verdict, before, decision };
    before = decision.state;
    return each;
  });
}

const NEVER = Number.NEGATIVE_INFINITY;

describe('alerts that are over', () => {
  test('are remembered from the sample that opened them to the last that was flagged', () => {
    expect(incidentsAfter({}, decided([50, 95, 95, 50, 50, 50, 50]), NEVER)).toEqual([times(1, 2)]);
  });

  test('are not while they are open', () => {
    expect(incidentsAfter({}, decided([50, 95, 95, 50, 50]), NEVER)).toEqual([]);
  });

  test('are not when what they told of is the new normal', () => {
    const [first, ...rest] = decided([95, 50, 50, 50]);
    const settled = rest.map((each) =>
      each.decision.reason === 'recovered'
        ? { ...each, decision: { ...each.decision, reason: 'new-normal' as const } }
        : each,
    );
    expect(incidentsAfter({}, [first!, ...settled], NEVER)).toEqual([]);
  });

  test('come to those of before, and leave with the training history', () => {
    const incidents = [times(-30, -20), times(-10, -5)] as [number, number][];
    const decisions = decided([95, 50, 50, 50]);
    expect(incidentsAfter({ incidents }, decisions, timeOf(-12))).toEqual([
      times(-10, -5),
      times(0, 0),
    ]);
    expect(incidentsAfter({ incidents }, [], timeOf(-20))).toHaveLength(2);
  });

  test('are no more than fifty, the newest', () => {
    const incidents = Array.from({ length: 60 }, (_, i): [number, number] => [i, i]);
    expect(incidentsAfter({ incidents }, [], NEVER)).toEqual(incidents.slice(10));
  });
});

describe('what is not to be learned as history', () => {
  test('fault 22: is what lies within an alert that is over, its ends among it', () => {
    const wasIncident = incidentsOf({
      incidents: [times(2, 4) as [number, number], times(8, 8) as [number, number]],
      alert: { phase: 'ok' },
    });
    const within = Array.from({ length: 10 }, (_, i) => i).filter((i) => wasIncident(timeOf(i)));
    expect(within).toEqual([2, 3, 4, 8]);
  });

  test('fault 21: and all since an alert opened that still is', () => {
    const { state } = decisionsOnValues([50, 50, 95, 50]).at(-1)!;
    const wasIncident = incidentsOf({ alert: state });
    expect([1, 2, 3, 1000].map((i) => wasIncident(timeOf(i)))).toEqual([false, true, true, true]);
  });
});
