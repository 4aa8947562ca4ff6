import type { ScoredSample } from '@plumbline/core';
import type { CsvRow } from '@plumbline/core/files';

export const SCORE_HEADER = 'timestamp,value,score,signal,expected,lower,upper,alert';

/** A row of the output: of one that could not be scored, only the alert that is open is known. */
export function rowText(
  { timestampText, valueText }: Pick<CsvRow, 'timestampText' | 'valueText'>,
  scored: ScoredSample | undefined,
  alert: ScoredSample['alert'],
): string {
  const written = `${cellText(timestampText)},${cellText(valueText)}`;
  if (scored === undefined) return `${written},,0,,,,${alert ?? ''}`;
  const { score, signal, expected, lower, upper } = scored;
  const numbers = [score, signal, expected, lower, upper].map(numberText);
  return `${written},${numbers.join(',')},${alert ?? ''}`;
}

/** The shortest text that reads back as the same number; nothing for what is none, or infinite. */
function numberText(value: number): string {
  return Number.isFinite(value) ? String(value) : '';
}

/** Foreign text as a cell, in quotes where it would be taken for more than one. */
function cellText(text: string): string {
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
