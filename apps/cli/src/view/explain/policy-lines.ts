import type { Account, Monitor, SeriesDecision } from '@plumbline/core';
import { printable, shortDuration } from '../text.ts';
import { labelled } from './layout.ts';
import { number, rarityText, when } from './words.ts';

/** Each question that the policy asked of a sample, and its answer; those that did not matter are left out. */
export function policyLines(
  { account, verdict, decision }: SeriesDecision,
  monitor: Monitor,
): string[] {
  if (account === undefined) return [];
  const { timestamp } = verdict;
  const steps: Step[] = [
    ...labelStep(account),
    barStep(account, verdict.threshold),
    ...(account.reaches === undefined && account.open === undefined
      ? []
      : [sideStep(account), ...effectStep(account)]),
    ...confirmStep(account),
    ...quietStep(account, decision, timestamp),
    ...openStep(account, timestamp),
    ...muteStep(account),
  ];
  return [
    ...steps.flatMap(([mark, label, text]) =>
      labelled(label.padEnd(LABEL_COLUMNS) + mark, text, LABEL_COLUMNS + MARK_COLUMNS),
    ),
    ...labelled(
      'so',
      `${outcomeText(account, decision, monitor)} (${decision.reason})`,
      LABEL_COLUMNS + MARK_COLUMNS,
    ),
  ];
}

const [LABEL_COLUMNS, MARK_COLUMNS] = [9, 5] as const;

/** Whether it speaks for an alert or against it; empty for neither. */
type Mark = 'yes' | 'no' | '';
type Step = readonly [mark: Mark, label: string, text: string];

function barStep(account: Account, threshold: number): Step {
  const { measure, signal, bars, sensitivity, raise, reaches, open } = account;
  if (Number.isNaN(signal))
    return ['no', 'bar', 'no opinion, so nothing changes: silence is neither trouble nor recovery'];
  if (measure === 'score') {
    const spent = raise > 1 ? '; the pages of the week are used up, so only as a notice' : '';
    if (account.explanation?.kind === 'static-threshold') {
      return signal > threshold
        ? ['yes', 'bar', `beyond the limit by ${number(signal)}${spent}`]
        : ['no', 'bar', 'within the limits'];
    }
    return signal > threshold
      ? ['yes', 'bar', `score ${number(signal)} is above ${number(threshold)}${spent}`]
      : ['no', 'bar', `score ${number(signal)} is not above ${number(threshold)}`];
  }
  const at = sensitivity === 1 ? '' : ` at sensitivity ${sensitivity}`;
  const spent =
    raise > 1
      ? `, ${number(raise, 3)} times as much as usual: the pages of the week are used up`
      : '';
  const page = `a page needs ${rarityText(bars.page)}${spent}`;
  const rare = rarityText(signal);
  if (reaches === 'page')
    return ['yes', 'bar', `${rare} is a page, which needs ${rarityText(bars.page)}${at}${spent}`];
  if (reaches === 'notice') {
    return [
      'yes',
      'bar',
      `${rare} is a notice, which needs ${rarityText(bars.notice)}${at}; ${page}`,
    ];
  }
  const stays =
    open === undefined
      ? ''
      : signal > bars.stays
        ? `; above ${rarityText(bars.stays)} an open alert stays open`
        : `; not above ${rarityText(bars.stays)} either, so it is clean`;
  return [
    'no',
    'bar',
    `${rare} is less than a notice needs, ${rarityText(bars.notice)}${at}${stays}; ${page}`,
  ];
}

function sideStep({ side, direction }: Account): Step {
  if (direction === 'both') return ['yes', 'side', `${side} what is usual; both sides are watched`];
  return direction === side
    ? ['yes', 'side', `${side} what is usual, the side that is watched`]
    : ['no', 'side', `${side} what is usual; only ${direction} is watched`];
}

function effectStep({ effect, minEffect: { absolute, relative } }: Account): Step[] {
  if (absolute === undefined && relative === undefined) return [];
  const percent = (share: number): string => `${number(100 * share, 3)} %`;
  const asked = [
    ...(absolute === undefined ? [] : [number(absolute)]),
    ...(relative === undefined ? [] : [percent(relative)]),
  ];
  const enough = effect.absolute >= (absolute ?? 0) && effect.relative >= (relative ?? 0);
  return [
    [
      enough ? 'yes' : 'no',
      'effect',
      `${number(effect.absolute)} off, ${percent(effect.relative)} of what was expected; minEffect asks for ${asked.join(' and ')}`,
    ],
  ];
}

function confirmStep({ confirm: { flagged, of, counted }, open }: Account): Step[] {
  if (of === 1 || open !== undefined) return [];
  return [
    [
      counted >= flagged ? 'yes' : 'no',
      'confirm',
      `${counted} of the last ${of} flagged, with this one; ${flagged} are asked for`,
    ],
  ];
}

function quietStep(
  { quiet, measure }: Account,
  { reason, transition }: SeriesDecision['decision'],
  timestamp: number,
): Step[] {
  if (quiet === undefined) return [];
  const { toldAt, flaggedAt, until, severity, worseFrom } = quiet;
  const ago = shortDuration(timestamp - flaggedAt);
  const unless = [
    ...(severity === 'notice' ? ['a page'] : []),
    measure === 'rarity'
      ? `rarer than ${rarityText(worseFrom)}`
      : 'one and a half times as far off',
  ].join(', or ');
  return [
    [
      reason === 'quiet' ? 'no' : transition === 'firing' ? 'yes' : '',
      'quiet',
      `after the ${severity} told at ${when(toldAt)}, last flagged ${ago} before: until ${when(until)} nothing is news unless it is ${unless}`,
    ],
  ];
}

function openStep({ open, resolveAfterSamples, measure }: Account, timestamp: number): Step[] {
  if (open === undefined) return [];
  const { since, severity, cleanSamples, isUntold, worst, worseFrom } = open;
  const told = isUntold ? 'nobody has been told of it' : 'it has been told';
  const again = measure === 'rarity' ? `; told again when rarer than ${rarityText(worseFrom)}` : '';
  const clean =
    cleanSamples > 0
      ? `; ${cleanSamples} clean before this one, ${resolveAfterSamples} end it`
      : '';
  return [
    [
      '',
      'open',
      `a ${severity} since ${when(since)} (${shortDuration(timestamp - since)}), worst ${number(worst.value)}: ${told}${again}${clean}`,
    ],
  ];
}

function muteStep({ mute }: Account): Step[] {
  if (mute === undefined) return [];
  const by = printable(mute.by);
  const text =
    mute.reason === 'silenced'
      ? `silence ${by} covers it: nobody is told`
      : `maintenance window "${by}" covers it: nobody is told`;
  return [['no', 'muted', text]];
}

function labelStep({ label }: Account): Step[] {
  switch (label) {
    case 'excluded':
      return [['no', 'label', 'this time is excluded: neither judged nor learned']];
    case 'normal':
      return [['no', 'label', 'this time is labelled normal: nobody is told, and it is learned']];
    case 'incident':
      return [['', 'label', 'this time is labelled an incident: judged as ever, and not learned']];
    default:
      return [];
  }
}

function outcomeText(
  { open }: Account,
  { transition, state, reason }: SeriesDecision['decision'],
  { resolveAfterSamples }: Monitor,
): string {
  const severity = state.phase === 'firing' ? state.told.severity : open?.severity;
  switch (transition) {
    case 'firing':
      return `a ${severity} opens, and is told`;
    case 'worse':
      return reason === 'now-a-page'
        ? 'the notice becomes a page, and is told'
        : `the ${severity} is told again`;
    case 'repeat':
      return `the ${severity} is told again`;
    case 'resolved':
      return `the ${severity} ends, and that is told`;
    default:
  }
  if (state.phase !== 'firing')
    return open === undefined ? 'nothing is told' : 'the alert ends, of which nobody had been told';
  if (open === undefined) return `a ${severity} opens, and nobody is told`;
  const clean =
    state.cleanSamples > 0 ? ` (clean ${state.cleanSamples} of ${resolveAfterSamples})` : '';
  return `the ${severity} stays open${clean}, nothing is told`;
}
