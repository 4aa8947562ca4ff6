import { createHash } from 'node:crypto';

/** A file name for any text: readable where it can be, and different for different texts. */
export function fileNameFor(text: string): string {
  const readable = text
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(-60);
  return `${readable}-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
}
