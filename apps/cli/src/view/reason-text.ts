import type { BacktestAlert } from '@plumbline/core';
import { shortDays, shortNumber } from './text.ts';

/** Why an alert opened, in few words: how rare it was, or what was missing. */
export function reasonText({ condition, rarityDays, worst, ...alert }: BacktestAlert): string {
  if (condition === 'no-data') return 'went silent';
  if (condition === 'cannot-see') return 'unreadable';
  if (rarityDays !== null) return `once in ${shortDays(Number(rarityDays.toPrecision(2)))}`;
  const factor = worst?.deviationFactor ?? null;
  if (factor !== null) return `${shortNumber(Number(factor.toPrecision(3)))} σ off`;
  const limit = alert.side === 'below' ? alert.lower : alert.upper;
  return limit === null ? '' : `${alert.side === 'below' ? '<' : '>'} ${shortNumber(limit)}`;
}
