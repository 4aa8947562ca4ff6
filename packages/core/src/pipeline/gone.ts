import { ALERT_OK, type AlertState } from '../alerts/lifecycle.ts';
import type { Monitor } from './monitor.ts';
import type { SeriesState } from './shard-state.ts';
import type { ConditionChange } from './stage.ts';

/** A change, of whatever series. */
export type Change = Omit<ConditionChange, 'key' | 'subject'>;

/**
 * A series that is not found any more keeps its model for a day, for it may be back, and the rest for two
 * weeks, as CloudWatch keeps the names of metrics without data. Where hosts come and go a shard would otherwise
 * grow for ever, until no function could hold it.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html
 */
const MODEL_KEPT_MS = 24 * 3_600_000;
const SERIES_KEPT_MS = 14 * 24 * 3_600_000;

/** What becomes of a series that is not among those watched. */
export interface Fate {
  /** Whether what was told of it ends: nobody will ever tell that it is over. */
  readonly ends: boolean;
  readonly keeps: 'all' | 'all-but-model' | 'nothing';
}

export function fateOf(
  key: string,
  { learnedUntil }: SeriesState,
  { monitors, slot }: { readonly monitors: readonly Monitor[] | undefined; readonly slot: number },
): Fate {
  const age = slot - learnedUntil;
  if (age > SERIES_KEPT_MS) return { ends: true, keeps: 'nothing' };
  const ends = monitors !== undefined && !canComeBack(key, monitors);
  return { ends, keeps: age > MODEL_KEPT_MS ? 'all-but-model' : 'all' };
}

/** Whether some monitor may find the series again: one that says exactly what it watches will not. */
function canComeBack(key: string, monitors: readonly Monitor[]): boolean {
  const [name] = JSON.parse(key) as [string, string]; // as `keyOf` writes it
  const source = monitors.find((monitor) => monitor.name === name)?.source;
  if (source === undefined) return false;
  if (source.kind === 'csv') return source.path.includes('*');
  return source.kind === 'cloudwatch' && Object.values(source.dimensions).includes('*');
}

/** The ends of all that was told of a series. */
export function endsOf({ alert, silent, unseen }: SeriesState): readonly Change[] {
  const anomaly = endOfAlert(alert, 'no-longer-watched');
  const absences = [
    { condition: 'no-data', absence: silent },
    { condition: 'cannot-see', absence: unseen },
  ] as const;
  return [
    ...(anomaly === undefined ? [] : [anomaly]),
    ...absences.flatMap(({ condition, absence }): Change[] => {
      if (absence?.told === undefined) return [];
      const { since, told: severity } = absence;
      return [{ condition, state: 'resolved', reason: 'no-longer-watched', severity, since }];
    }),
  ];
}

/** The end of an alert that no sample ends; undefined when there is none that somebody knows of. */
export function endOfAlert(alert: AlertState, reason: Change['reason']): Change | undefined {
  if (alert.phase !== 'firing' || alert.untold) return undefined;
  const { since, worst, told } = alert;
  const { severity } = told;
  return { condition: 'anomaly', state: 'resolved', reason, severity, since, worst };
}

/** Whether anything is open that will have an end to be told. */
export function isOpen({ alert, silent, unseen }: SeriesState): boolean {
  return alert.phase === 'firing' || silent?.told !== undefined || unseen?.told !== undefined;
}

/** With nothing open any more. */
export function closed({
  silent: _silent,
  unseen: _unseen,
  about: _about,
  ...rest
}: SeriesState): SeriesState {
  return { ...rest, alert: ALERT_OK };
}

export function withoutModel(state: SeriesState): SeriesState {
  if (state.snapshotKey === '') return state;
  const { detector: _, ...others } = state;
  return { ...others, snapshotKey: '', snapshot: new Float64Array(0) };
}
