import type { MessageReason } from '@plumbline/core';
import { shortDays, shortDuration, shortNumber } from '../view/text.ts';
import type { ReportAlert } from './report-data.ts';

/** How long it lasted, to the end of the report where it is still open. */
export function lengthText({ since, until }: ReportAlert): string {
  return until === null ? 'still open' : shortDuration(until - since);
}

/** The sample farthest from normal, or what was wrong where no sample tells. */
export function worstText({ condition, worst, side }: ReportAlert): string {
  if (condition === 'no-data') return 'no data';
  if (condition === 'cannot-see') return 'could not be read';
  if (worst === null) return '';
  const arrow = side === null ? '' : side === 'above' ? '▲ ' : '▼ ';
  return `${arrow}${shortNumber(worst.value)}`;
}

/** What was normal when it opened: the expected value, or the band where there is no such. */
export function usualText({ expected, lower, upper }: ReportAlert): string {
  if (expected !== null) return shortNumber(expected);
  return bandText(lower, upper);
}

export function bandText(lower: number | null, upper: number | null): string {
  if (lower !== null && upper !== null) return `${shortNumber(lower)} to ${shortNumber(upper)}`;
  if (upper !== null) return `at most ${shortNumber(upper)}`;
  if (lower !== null) return `at least ${shortNumber(lower)}`;
  return '';
}

/** Once in how long, or how many deviations off; nothing where a limit was crossed, for that is the usual. */
export function rarityText({ rarityDays, worst }: ReportAlert): string {
  if (rarityDays !== null) return `once in ${shortDays(rarityDays)}`;
  const factor = worst?.deviationFactor ?? null;
  return factor === null ? '' : `${shortNumber(Number(factor.toPrecision(3)))} σ off`;
}

/** Reasons that tell a reader more than that a sample was flagged. */
const REASONS: Partial<Record<MessageReason, string>> = {
  'over-budget': 'a page, had the budget of pages not been overspent',
  'now-a-page': 'began as a notice',
  'clearly-worse': 'got clearly worse',
  'quiet-over': 'told when a silence was over',
  'new-normal': 'learned as the new normal',
};

export function reasonText({ reason }: ReportAlert): string | null {
  return REASONS[reason] ?? null;
}
