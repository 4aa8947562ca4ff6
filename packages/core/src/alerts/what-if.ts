import type { Label, Mute } from './guidance.ts';
import { type AlertState, advanceAlert, type Decision, type DecisionReason } from './lifecycle.ts';
import { ALERT_POLICY_DEFAULTS, type AlertPolicy, barsOf, type Severity } from './policy.ts';
import type { Verdict } from './verdict.ts';

/** One thing changed, and what would have been told of the sample then. */
export interface WhatIf {
  readonly change:
    | { readonly what: 'sensitivity'; readonly to: number }
    | { readonly what: 'direction'; readonly to: 'both' }
    | { readonly what: 'minEffect' | 'confirm' | 'rearm' | 'mute' | 'label' | 'budget' };
  /** What would have been told: a page, a notice, or nothing. */
  readonly told: Severity | 'nothing';
  readonly reason: DecisionReason;
}

interface Circumstances {
  readonly raise: number;
  readonly mute: Mute | undefined;
  readonly label: Label['label'] | undefined;
}

/** Within what the policy takes. */
const [LEAST_SENSITIVITY, MOST_SENSITIVITY] = [0.1, 10] as const;
/** Sensitivities are told with two digits. */
const DIGITS = 2;

/**
 * What a change of one thing would have made of this sample, the alert being what it was: where that is something else
 * than what was told. Each is decided by the same rule as the sample was.
 */
export function whatIfs(
  before: AlertState,
  verdict: Verdict,
  policy: AlertPolicy,
  { raise, mute, label }: Circumstances,
): readonly WhatIf[] {
  if (label === 'excluded') return [];
  const decide = (changed: Partial<AlertPolicy>, others: Partial<Circumstances> = {}): Decision => {
    const its = { raise, mute, label, ...others };
    const circumstances = {
      raise: its.raise,
      muted: its.mute?.reason,
      labelledNormal: its.label === 'normal',
    };
    return advanceAlert(before, verdict, { ...policy, ...changed }, circumstances);
  };
  const was = toldBy(decide({}));
  const candidates: readonly (readonly [WhatIf['change'], Decision])[] = [
    ...sensitivitiesFor(verdict, policy, raise).map(
      (to) => [{ what: 'sensitivity', to }, decide({ sensitivity: to })] as const,
    ),
    [{ what: 'direction', to: 'both' }, decide({ direction: 'both' })],
    [{ what: 'minEffect' }, decide({ minEffect: {} })],
    [{ what: 'confirm' }, decide({ confirm: { flagged: 1, of: 1 } })],
    [{ what: 'rearm' }, decide({ rearmMs: 0 })],
    [{ what: 'mute' }, decide({}, { mute: undefined })],
    [{ what: 'label' }, decide({}, { label: undefined })],
    [{ what: 'budget' }, decide({}, { raise: 1 })],
  ];
  const found = new Map<string, WhatIf>();
  for (const [change, decision] of candidates) {
    const told = toldBy(decision);
    if (told === was) continue;
    const whatIf: WhatIf = { change, told, reason: decision.reason };
    found.set(JSON.stringify(change), whatIf);
  }
  return [...found.values()];
}

function toldBy({ transition, state }: Decision): Severity | 'nothing' {
  return transition !== undefined && transition !== 'resolved' && state.phase === 'firing'
    ? state.told.severity
    : 'nothing';
}

/** The sensitivities at which this sample just reaches a bar, or just does not where it does now. */
function sensitivitiesFor(verdict: Verdict, policy: AlertPolicy, raise: number): number[] {
  const { rarity } = verdict;
  if (rarity === undefined || !(rarity > 0)) return [];
  const { sensitivity } = { ...ALERT_POLICY_DEFAULTS, ...policy };
  const bars = barsOf(verdict, { ...policy, sensitivity: 1 }, raise);
  return [bars.notice, bars.page]
    .map((bar) => {
      const needed = bar / rarity;
      return needed > sensitivity ? rounded(needed, Math.ceil) : rounded(needed, justBelow);
    })
    .filter((value) => value >= LEAST_SENSITIVITY && value <= MOST_SENSITIVITY);
}

/** To two digits, up or down. */
function rounded(value: number, round: (scaled: number) => number): number {
  const power = 10 ** (DIGITS - 1 - Math.floor(Math.log10(value)));
  return Number((round(value * power) / power).toPrecision(DIGITS));
}

function justBelow(scaled: number): number {
  return Math.ceil(scaled) - 1;
}
