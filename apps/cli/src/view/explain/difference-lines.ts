import type { Account, SeriesDecision, WhatIf } from '@plumbline/core';
import { printable } from '../text.ts';
import { wrapped } from './layout.ts';
import { toldOf } from './verdict.ts';
import { number, rarityText } from './words.ts';

/** The highest sensitivity that there is. */
const MOST_SENSITIVITY = 10;

/** What else there would have had to be for another answer: another value, or another option of the monitor. */
export function differenceLines(decided: SeriesDecision): string[] {
  const { account } = decided;
  if (account === undefined || account.label === 'excluded' || Number.isNaN(account.signal))
    return [];
  const lines = [
    ...reachTexts(account, decided.verdict),
    ...account.whatIfs.map((each) => textOf(each, account)),
  ];
  const isQuiet = toldOf(decided) === 'nothing' && account.whatIfs.length === 0;
  if (isQuiet && account.reaches === undefined && account.open === undefined) {
    lines.push(noneText(account));
  }
  return lines.flatMap((line) => wrapped(`- ${line}`, 2));
}

/** From which value on the sample would have counted, on its side. */
function reachTexts(
  { reach, side, measure, open, quiet }: Account,
  { expectation: { expected } }: SeriesDecision['verdict'],
): string[] {
  const word = side === 'above' ? 'up' : 'down';
  const [notice, page] = [reach.notice[side], reach.page[side]];
  const counts = open !== undefined || quiet !== undefined ? 'counts as' : 'is';
  if (measure === 'score') {
    const severity = Number.isFinite(page) ? 'page' : 'notice';
    return Number.isFinite(notice)
      ? [`the value: ${side} ${number(notice)} it ${counts} a ${severity}`]
      : [];
  }
  const parts = [
    ...[['notice', notice] as const, ['page', page] as const].flatMap(([severity, from]) => {
      if (!Number.isFinite(from)) return [];
      // What is rare with the expected value is so with any: it is the hours before that are rare.
      return from === expected
        ? [`a ${severity} whatever it is`]
        : [`a ${severity} from ${number(from)} ${word}`];
    }),
  ];
  if (parts.length === 0)
    return [`at this moment no value ${side} what is usual is rare enough for a notice`];
  const none = Number.isFinite(page) ? '' : '; no value is rare enough for a page';
  return [`the value: at this moment it ${counts} ${parts.join(', ')}${none}`];
}

function textOf({ change, told }: WhatIf, { mute, raise, confirm }: Account): string {
  const then = told === 'nothing' ? 'nothing would have been told' : `it would have been a ${told}`;
  switch (change.what) {
    case 'sensitivity':
      return `sensitivity: at ${change.to} ${then}`;
    case 'direction':
      return `direction: were both sides watched, ${then}`;
    case 'minEffect':
      return `minEffect: without it, ${then}`;
    case 'confirm':
      return `confirm: were 1 sample enough instead of ${confirm.flagged} of ${confirm.of}, ${then}`;
    case 'rearm':
      return `rearm: were it 0s, with no quiet after an alert, ${then}`;
    case 'mute':
      return `${mute?.reason === 'silenced' ? 'the silence' : 'the maintenance window'} ${printable(mute?.by ?? '')}: without it, ${then}`;
    case 'label':
      return `the label: without it, ${then}`;
    case 'budget':
      return `pagesPerWeek: were the pages of the week not used up (${number(raise, 3)} times over), ${then}`;
  }
}

function noneText({ measure, signal, bars, sensitivity }: Account): string {
  if (measure === 'score') return 'no option of the monitor but its detector and threshold';
  const needed = (bars.notice * sensitivity) / signal;
  return needed > MOST_SENSITIVITY
    ? `sensitivity: even at ${MOST_SENSITIVITY}, the highest, ${rarityText(signal)} is no notice`
    : 'no single option of the monitor';
}
