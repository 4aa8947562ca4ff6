import { messageOf } from '../errors.ts';
import type { Matcher } from './matcher.ts';

/** Quiet that somebody asked for, about what, from when until when, and why. Times in ms since the epoch. */
export interface Silence {
  readonly id: string;
  readonly match: Matcher;
  readonly from: number;
  readonly until: number;
  readonly why: string;
  /** Who asked for it, as far as the command knows. */
  readonly by: string;
}

/** What is stored is not a list of silences. */
export class UnreadableSilencesError extends Error {
  override readonly name = 'UnreadableSilencesError';
}

const VERSION = 1;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** The silences as JSON that a person can read. */
export function encodeSilences(silences: readonly Silence[]): Uint8Array {
  return encoder.encode(`${JSON.stringify({ version: VERSION, silences }, null, 2)}\n`);
}

/** @throws {UnreadableSilencesError} the bytes are something else, or of another version */
export function decodeSilences(bytes: Uint8Array): readonly Silence[] {
  let stored: { readonly version?: unknown; readonly silences?: unknown } | null;
  try {
    stored = JSON.parse(decoder.decode(bytes));
  } catch (error) {
    throw new UnreadableSilencesError(`not JSON: ${messageOf(error)}`);
  }
  if (stored?.version !== VERSION) {
    throw new UnreadableSilencesError(
      `of version ${String(stored?.version)}, this is version ${VERSION}`,
    );
  }
  const { silences } = stored;
  if (!Array.isArray(silences)) throw new UnreadableSilencesError('no list of silences');
  const wrong = silences.findIndex((silence) => !isSilence(silence));
  if (wrong >= 0) throw new UnreadableSilencesError(`number ${wrong + 1} is not a silence`);
  return silences as Silence[];
}

function isSilence(value: unknown): value is Silence {
  if (typeof value !== 'object' || value === null) return false;
  const { id, match, from, until, why, by } = value as Record<string, unknown>;
  return (
    [id, why, by].every((text) => typeof text === 'string') &&
    [from, until].every((time) => Number.isFinite(time)) &&
    typeof match === 'object' &&
    match !== null &&
    !Array.isArray(match) &&
    Object.values(match).every((pattern) => typeof pattern === 'string')
  );
}

/** Those that are in force now or later: the others have expired. */
export function unexpired(silences: readonly Silence[], nowMs: number): readonly Silence[] {
  return silences.filter(({ until }) => until > nowMs);
}
