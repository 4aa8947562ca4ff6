import { randomBytes } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { durationMs } from '@plumbline/config';
import {
  isoTime,
  MATCHER_KEYS,
  type Matcher,
  matcherText,
  matchesPattern,
  type Silence,
  unexpired,
} from '@plumbline/core';
import colors from 'picocolors';
import { CommandError, EXIT } from '../exit.ts';
import { type PlaceOptions, silencesAt } from '../silence/silences-at.ts';
import { silenceTable } from '../view/silence-table.ts';
import { printable } from '../view/text.ts';

export interface AddOptions extends PlaceOptions {
  readonly for: string;
  readonly why: string;
  readonly json?: boolean;
}

/** What has been over for so long is no longer kept, ms. */
const KEPT_MS = 7 * 24 * 3_600_000;

/** More in force at once than this is a configuration, not a silence. */
const MOST_SILENCES = 500;

/** Adds a silence, in force from the next slot on. */
export async function addSilence(parts: readonly string[], options: AddOptions): Promise<number> {
  const match = matcherOf(parts);
  const lastingMs = lasting(options.for);
  const { store, where, monitors } = await silencesAt(options);
  refuseUnknownMonitor(match, monitors);
  const from = Date.now();
  const silence: Silence = {
    id: randomBytes(4).toString('hex'),
    match,
    from,
    until: from + lastingMs,
    why: options.why,
    by: whoAsks(),
  };
  await store.change((silences) => {
    const kept = unexpired(silences, from - KEPT_MS);
    if (unexpired(kept, from).length >= MOST_SILENCES) {
      const next = 'remove some, or write what is meant to stay into the configuration';
      throw new CommandError(EXIT.usage, `${MOST_SILENCES} silences are in force: ${next}`);
    }
    return [...kept, silence];
  });
  if (options.json) console.log(JSON.stringify(silence, null, 2));
  else {
    const what = `${printable(matcherText(match))} until ${isoTime(roundedUp(silence.until))}`;
    console.log(`${colors.green('silenced')}  ${what}, in force from the next slot (${where})`);
    console.log(`          plumbline silence remove ${silence.id} ends it`);
  }
  return EXIT.ok;
}

export interface ListOptions extends PlaceOptions {
  readonly all?: boolean;
  readonly json?: boolean;
}

/** Lists the silences in force; with `all` also those that have expired. */
export async function listSilences(options: ListOptions): Promise<number> {
  const { store, where } = await silencesAt(options);
  const now = Date.now();
  const stored = await store.load();
  const shown = options.all ? stored : unexpired(stored, now);
  if (options.json) console.log(JSON.stringify(shown, null, 2));
  else if (shown.length === 0) console.log(`nothing is silenced (${where})`);
  else console.log(silenceTable(shown, now).join('\n'));
  return EXIT.ok;
}

export interface RemoveOptions extends PlaceOptions {
  readonly json?: boolean;
}

/** Ends a silence: whatever is still wrong is told in the next slot. */
export async function removeSilence(id: string, options: RemoveOptions): Promise<number> {
  const { store, where } = await silencesAt(options);
  await store.change((silences) => {
    const others = silences.filter((silence) => silence.id !== id);
    if (others.length < silences.length) return others;
    const next = 'plumbline silence list --all shows those that there are';
    throw new CommandError(EXIT.usage, `no silence ${printable(id)} (${where})\n${next}`);
  });
  const text = `${colors.green('removed')}  ${printable(id)} (${where})`;
  console.log(options.json ? JSON.stringify({ removed: id }, null, 2) : text);
  return EXIT.ok;
}

/** `monitor=CPU`, `Host=web-*`: all of them have to fit. */
function matcherOf(parts: readonly string[]): Matcher {
  const pairs = parts.map((part) => {
    const [, key, pattern] = /^([^=]+)=(.+)$/s.exec(part) ?? [];
    if (key !== undefined && pattern !== undefined) return [key, pattern] as const;
    const expected = `expected key=pattern, got ${printable(JSON.stringify(part))}`;
    const keys = `keys are ${MATCHER_KEYS.join(', ')} and names of dimensions; * stands for any characters`;
    throw new CommandError(EXIT.usage, `${expected}\n${keys}`);
  });
  const match = Object.fromEntries(pairs);
  if (Object.keys(match).length < pairs.length) {
    throw new CommandError(EXIT.usage, 'each key can be written once: one pattern has to fit');
  }
  return match;
}

function lasting(text: string): number {
  try {
    const ms = durationMs(text);
    if (ms > 0) return ms;
  } catch {
    // said below
  }
  throw new CommandError(
    EXIT.usage,
    `--for: expected a duration such as 30m, 2h or 3d, got ${printable(text)}`,
  );
}

/** A silence of a monitor that there is not would be quiet about nothing, and nobody would notice. */
function refuseUnknownMonitor({ monitor }: Matcher, names: readonly string[] | undefined): void {
  if (monitor === undefined || names === undefined) return;
  if (names.some((name) => matchesPattern(monitor, name))) return;
  const known = names.map(printable).join(', ');
  throw new CommandError(
    EXIT.usage,
    `no monitor is called ${printable(monitor)}\nthere are ${known}`,
  );
}

function whoAsks(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return 'unknown';
  }
}

/** To the second. */
function roundedUp(timestampMs: number): number {
  return Math.ceil(timestampMs / 1000) * 1000;
}
