import { type Direction, deviationFactorOf, sideOf, type Verdict } from './verdict.ts';

export interface AlertPolicy {
  readonly direction: Direction;
  /** Consecutive clean samples that end an alert; an integer >= 1. */
  readonly resolveAfterSamples: number;
}

/** The sample of an alert that lay farthest from normal. */
export interface WorstSample {
  readonly timestamp: number;
  readonly value: number;
  /** In standard deviations; null when there was none to measure with. */
  readonly deviationFactor: number | null;
  readonly score: number;
}

/** Where the alert of one series stands; plain data, kept in the shard's state. */
export type AlertState =
  | { readonly phase: 'ok' }
  | {
      readonly phase: 'firing';
      /** Timestamp of the sample that opened it; with the series it names the alert. */
      readonly since: number;
      /** Clean samples since the last flagged one. */
      readonly cleanSamples: number;
      readonly worst: WorstSample;
    };

export const ALERT_OK: AlertState = { phase: 'ok' };

/** Why an alert is where it is after a sample. */
export type DecisionReason =
  /** Not flagged, and no alert is open. */
  | 'normal'
  /** The detector had no opinion; whatever was, stays. */
  | 'no-opinion'
  /** Flagged, but on the side that the monitor does not watch; counts as clean. */
  | 'other-direction'
  /** Flagged: the alert opens. */
  | 'first-flagged'
  /** Flagged while the alert is open. */
  | 'still-flagged'
  /** Clean while the alert is open, not yet for long enough. */
  | 'recovering'
  /** Clean for long enough: the alert ends. */
  | 'recovered';

export interface Decision {
  readonly state: AlertState;
  readonly reason: DecisionReason;
  /** Set when the alert opened or ended with this sample. */
  readonly transition?: 'firing' | 'resolved';
}

/**
 * Takes an alert one sample further: it fires on a flagged sample, stays one alert while it lasts,
 * and resolves after `resolveAfterSamples` clean ones in a row. A sample without an opinion changes
 * nothing: silence is neither trouble nor recovery.
 */
export function advanceAlert(state: AlertState, verdict: Verdict, policy: AlertPolicy): Decision {
  if (Number.isNaN(verdict.score)) return { state, reason: 'no-opinion' };

  const flagged = verdict.score > verdict.threshold;
  const watched = policy.direction === 'both' || policy.direction === sideOf(verdict);
  if (flagged && watched) return flag(state, verdict);

  if (state.phase === 'ok') return { state, reason: flagged ? 'other-direction' : 'normal' };
  const cleanSamples = state.cleanSamples + 1;
  if (cleanSamples >= policy.resolveAfterSamples) {
    return { state: ALERT_OK, reason: 'recovered', transition: 'resolved' };
  }
  return { state: { ...state, cleanSamples }, reason: 'recovering' };
}

function flag(state: AlertState, verdict: Verdict): Decision {
  const { timestamp, value, score } = verdict;
  const sample = { timestamp, value, score, deviationFactor: deviationFactorOf(verdict) };
  if (state.phase === 'ok') {
    return {
      state: { phase: 'firing', since: timestamp, cleanSamples: 0, worst: sample },
      reason: 'first-flagged',
      transition: 'firing',
    };
  }
  const worst = score > state.worst.score ? sample : state.worst;
  return { state: { ...state, cleanSamples: 0, worst }, reason: 'still-flagged' };
}
