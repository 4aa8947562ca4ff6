import { type NoOpinion, REASON_TEXTS, type SeriesDecision } from '@plumbline/core';
import colors from 'picocolors';
import type { Story } from '../../explain/story.ts';
import { printable, shortDuration } from '../text.ts';
import { when } from './words.ts';

/** The answer in one sentence. */
export interface VerdictText {
  readonly head: string;
  readonly rest: string;
  readonly tone: (text: string) => string;
}

export function verdictOf({ decided, askedMs, watched }: Story): VerdictText {
  if (decided === undefined) {
    const rest = ` at ${when(askedMs)} UTC, because there is no sample within ${shortDuration(watched.monitor.periodMs)} of it.`;
    return { head: 'Did not alert', rest, tone: colors.yellow };
  }
  const { head, tone } = headOf(decided);
  const at = when(decided.verdict.timestamp);
  return { head, rest: ` at ${at} UTC, because ${becauseOf(decided)}.`, tone };
}

/** What was told: of the sample, not of the alert. */
export type Told = 'page' | 'notice' | 'end' | 'nothing';

export function toldOf({ decision: { transition, state } }: SeriesDecision): Told {
  if (transition === undefined) return 'nothing';
  if (transition === 'resolved' || state.phase !== 'firing') return 'end';
  return state.told.severity;
}

function headOf(decided: SeriesDecision): Pick<VerdictText, 'head' | 'tone'> {
  const { decision, before } = decided;
  const isAgain =
    (decision.transition === 'worse' && decision.reason !== 'now-a-page') ||
    decision.transition === 'repeat';
  switch (toldOf(decided)) {
    case 'page':
      return { head: isAgain ? 'PAGED again' : 'PAGED', tone: colors.red };
    case 'notice':
      return { head: isAgain ? 'NOTICE again' : 'NOTICE', tone: colors.yellow };
    case 'end':
      return {
        head: `Ended the ${before.phase === 'firing' ? before.told.severity : 'alert'}`,
        tone: colors.green,
      };
    default:
      return { head: 'Did not alert', tone: colors.green };
  }
}

const NO_OPINION_TEXTS: Readonly<Record<NoOpinion, string>> = {
  'missing-sample': 'the sample is missing',
  'warming-up': 'it has too little history',
  'no-spread': 'nothing varies in its history',
};

function becauseOf({ decision, verdict, before, mute }: SeriesDecision): string {
  const { reason } = decision;
  const text = REASON_TEXTS[reason];
  const { noOpinion, readyAt } = verdict;
  if (reason === 'no-opinion' && noOpinion !== undefined) {
    const until = readyAt === undefined ? '' : `; it learns until ${when(readyAt)}`;
    return `${text}: ${NO_OPINION_TEXTS[noOpinion]}${until}`;
  }
  if (mute !== undefined) return `${text} (${printable(mute.by)})`;
  if (before.phase === 'firing' && decision.transition === undefined) {
    const { told, since } = before;
    return `${text} (a ${told.severity} since ${when(since)})`;
  }
  return text;
}
