import { InvalidArgumentError } from 'commander';

/** Of an option: a whole number from 1 to 9999. */
export function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number from 1 to 9999.');
}
