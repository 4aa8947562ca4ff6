import type { WorstSample } from '../alerts/lifecycle.ts';
import type { MessageReason } from '../alerts/message.ts';
import type { Severity } from '../alerts/policy.ts';
import { type Condition, transitionId } from '../alerts/transition-id.ts';
import { sideOf } from '../alerts/verdict.ts';
import { keyOf } from '../pipeline/monitor.ts';
import type { ConditionChange, SeriesDecision } from '../pipeline/stage.ts';

/** An alert from its opening to its end. Times in ms since the epoch; values in the unit of the metric. */
export interface BacktestAlert {
  /** That of its opening: the same in every backtest, and in the run, of the same history. */
  readonly id: string;
  /** The key of its series. */
  readonly key: string;
  readonly condition: Condition;
  /** What it came to. */
  readonly severity: Severity;
  /** Why it opened. */
  readonly reason: MessageReason;
  readonly since: number;
  /** When it ended; null while it is open. */
  readonly until: number | null;
  readonly side: 'above' | 'below' | null;
  /** The sample farthest from normal; null where no sample tells. */
  readonly worst: WorstSample | null;
  /** What was normal when it opened; null where that is not known. */
  readonly expected: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  /** The highest return period while it was flagged, days; null where the detector cannot tell. */
  readonly rarityDays: number | null;
  /** How often people or machines were told: opened, worse, again, ended. */
  readonly told: number;
}

type Open = { -readonly [Key in keyof BacktestAlert]: BacktestAlert[Key] };

/** Puts alerts together from what was concluded, slot by slot. One that nobody was told of is not among them. */
export function createAlertLog(): {
  add(decided: SeriesDecision): void;
  /** @param slot - the run that concluded it, ms */
  addChange(change: ConditionChange, slot: number): void;
  finished(): Promise<readonly BacktestAlert[]>;
} {
  const all: Open[] = [];
  const open = new Map<string, Open>();
  const place = (key: string, condition: Condition): string => `${condition} ${key}`;
  return {
    add({ series, verdict, decision, before }) {
      const key = keyOf(series);
      const { state, transition, reason } = decision;
      const { expectation, timestamp, rarity } = verdict;
      if (transition === 'firing' && state.phase === 'firing') {
        const opened: Open = {
          id: '',
          key,
          condition: 'anomaly',
          severity: state.told.severity,
          reason,
          since: state.since,
          until: null,
          side: sideOf(verdict),
          worst: state.worst,
          expected: finite(expectation.expected),
          lower: finite(expectation.lower),
          upper: finite(expectation.upper),
          rarityDays: rarity ?? null,
          told: 0,
        };
        all.push(opened);
        open.set(place(key, 'anomaly'), opened);
      }
      const alert = open.get(place(key, 'anomaly'));
      if (alert === undefined) return;
      if (transition !== undefined) alert.told += 1;
      if (state.phase === 'firing') {
        alert.severity = state.told.severity;
        alert.worst = state.worst;
        if (rarity !== undefined && state.cleanSamples === 0) {
          alert.rarityDays = Math.max(alert.rarityDays ?? 0, rarity);
        }
      } else if (before.phase === 'firing') {
        alert.until = timestamp;
        open.delete(place(key, 'anomaly'));
      }
    },
    addChange({ key, condition, state, severity, reason, since }, slot) {
      if (state === 'firing') {
        const unknown = { side: null, worst: null, expected: null, lower: null, upper: null };
        const opened = { ...unknown, rarityDays: null, id: '', told: 1, until: null };
        const alert: Open = { ...opened, key, condition, severity, reason, since };
        all.push(alert);
        open.set(place(key, condition), alert);
        return;
      }
      const alert = open.get(place(key, condition));
      if (alert === undefined) return;
      alert.until = slot;
      alert.told += 1;
      open.delete(place(key, condition));
    },
    finished: () => Promise.all(all.map(named)),
  };
}

async function named(alert: BacktestAlert): Promise<BacktestAlert> {
  const { key, since, condition } = alert;
  const firing = condition === 'anomaly' ? 'firing' : (`${condition} firing` as const);
  return { ...alert, id: await transitionId(key, since, firing) };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
