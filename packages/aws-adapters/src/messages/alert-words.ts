import type { AlertMessage, GroupMember, MessageReason } from '@plumbline/core';
import { linkable, type Quote } from './foreign-text.ts';

/** An alert in words, for whoever is woken by it; texts from outside are quoted already. */
export interface AlertWords {
  /** What it is about, on one line. */
  readonly headline: string;
  /** What is wrong, or is over. */
  readonly happening: string;
  /** What else there is to know, the most urgent first. */
  readonly facts: readonly (readonly [label: string, text: string])[];
  /** Of a group: its worst members, and how many others there are. */
  readonly members: readonly { readonly text: string; readonly consoleUrl: string | null }[];
  readonly others: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const YEAR_DAYS = 365.25;

/** What CloudWatch says may be longer than a name. */
const DETAIL_CHARS = 400;
/** Monitors that a group names. */
const MONITORS_NAMED = 5;

/** What a reason means, for somebody who has not read the documentation. */
const REASONS: Readonly<Partial<Record<MessageReason, string>>> = {
  'first-flagged': 'it has just begun',
  'over-budget': 'it has just begun; a notice only, for there were too many pages this week',
  'clearly-worse': 'it is clearly worse than when you were told',
  'now-a-page': 'it was a notice, and has become a page',
  'repeat-interval': 'it goes on, and you asked to be reminded',
  'quiet-over': 'it goes on, and the silence or maintenance is over',
  recovered: 'it has been normal for a while',
  'new-normal': 'it has stayed where it is for so long that this is normal now',
  'went-silent': 'no sample has come for longer than its monitor allows',
  'data-is-back': 'samples come again',
  'cannot-be-read': 'it could not be read several times in a row',
  'can-be-read': 'it can be read again',
  'no-longer-watched': 'it is not watched any more',
};

export function alertWords(message: AlertMessage, quote: Quote): AlertWords {
  const { group } = message;
  if (group !== null) {
    return {
      headline: `${prefixOf(message)}: ${group.count} alerts at once`,
      happening: groupText(message, quote),
      facts: [['Since', sinceText(message)]],
      members: group.worst.map((member) => ({
        text: memberText(member, message.state, quote),
        consoleUrl: member.console_url,
      })),
      others: Math.max(0, group.count - group.worst.length),
    };
  }
  const facts: (readonly [string, string | undefined])[] = [
    ['CloudWatch says', message.detail === null ? undefined : quote(message.detail, DETAIL_CHARS)],
    ['How rare', message.state === 'firing' ? rarityText(message) : undefined],
    ['Since', sinceText(message)],
    ['Worst', worstText(message)],
    ['Why you are told', REASONS[message.reason] ?? message.reason],
    ['Owner', message.owner === null ? undefined : quote(message.owner)],
    ['Runbook', runbookText(message, quote)],
  ];
  return {
    headline: `${prefixOf(message)}: ${quote(message.alert)}${ofResource(message, quote)}`,
    happening: happeningText(message, quote),
    facts: facts.filter((fact): fact is readonly [string, string] => fact[1] !== undefined),
    members: [],
    others: 0,
  };
}

/** One that is an address is a link instead. */
function runbookText({ runbook }: AlertMessage, quote: Quote): string | undefined {
  return runbook === null || linkable(runbook) !== undefined ? undefined : quote(runbook);
}

/** The first word of all, for who sees no more than that. */
function prefixOf({ state, severity, reason }: AlertMessage): string {
  if (state === 'resolved') return reason === 'new-normal' ? 'NEW NORMAL' : 'RESOLVED';
  return severity === 'page' ? 'PAGE' : 'NOTICE';
}

function ofResource({ cluster }: Pick<AlertMessage, 'cluster'>, quote: Quote): string {
  return cluster === null ? '' : ` on ${quote(cluster)}`;
}

function happeningText(message: AlertMessage, quote: Quote): string {
  const { condition, state, reason, current_value: value, side } = message;
  const metric = quote(message.metric);
  if (state === 'resolved' && (value === null || reason === 'no-longer-watched')) {
    return `${metric}: ${REASONS[reason] ?? reason}.`;
  }
  if (condition === 'no-data')
    return `${metric} has had no sample since ${timeText(message.since)}.`;
  if (condition === 'cannot-see') {
    return `${metric} cannot be read: whether anything is wrong with it is not known.`;
  }
  const usual = usualText(message);
  if (value === null) return `${metric} is not normal.${usual}`;
  const now = numberText(value);
  if (reason === 'new-normal') return `${metric} stays at ${now}.${usual}`;
  if (state === 'resolved') return `${metric} is normal again, at ${now}.${usual}`;
  const limit = limitOf(message);
  if (limit !== null) {
    return `${metric} is ${now}, ${side === 'below' ? 'below' : 'above'} the limit of ${numberText(limit)}.`;
  }
  return `${metric} is ${now}, ${side === 'below' ? 'lower' : 'higher'} than usual.${usual}`;
}

/** Of a limit that somebody has set nothing is expected: there is the limit alone. */
function limitOf({ expected, lower, upper, side }: AlertMessage): number | null {
  if (expected !== null || (lower !== null && upper !== null)) return null;
  return (side === 'below' ? lower : upper) ?? upper ?? lower;
}

function usualText(message: AlertMessage): string {
  const { expected, lower, upper } = message;
  const band =
    lower !== null && upper !== null ? `${numberText(lower)} to ${numberText(upper)}` : undefined;
  if (expected !== null) {
    return ` Usual is ${numberText(expected)}${band === undefined ? '' : ` (${band})`}.`;
  }
  if (band !== undefined) return ` Usual is ${band}.`;
  const limit = limitOf(message);
  return limit === null ? '' : ` The limit is ${numberText(limit)}.`;
}

function rarityText({
  rarity_days: days,
  deviation_factor: factor,
}: Pick<AlertMessage, 'rarity_days' | 'deviation_factor'>): string | undefined {
  if (days !== null) {
    if (days >= 100 * YEAR_DAYS) return 'less than once in 100 years on this metric';
    if (days >= 2 * YEAR_DAYS) return `once in ${short(days / YEAR_DAYS)} years on this metric`;
    return days < 1 ? 'more than once a day' : `once in ${short(days)} days on this metric`;
  }
  return factor === null ? undefined : `${short(factor)} standard deviations from the mean`;
}

function sinceText({ since, timestamp, state }: AlertMessage): string {
  const lasted = spanText(Date.parse(timestamp) - Date.parse(since));
  if (state === 'resolved') {
    return `${timeText(since)}, until ${timeText(timestamp)}${lasted === '' ? '' : ` (${lasted})`}`;
  }
  return `${timeText(since)}${lasted === '' ? '' : `, for ${lasted}`}`;
}

function worstText({
  worst_value: value,
  worst_timestamp: at,
  timestamp,
}: AlertMessage): string | undefined {
  if (value === null || at === null || at === timestamp) return undefined;
  return `${numberText(value)}, ${timeText(at)}`;
}

function groupText({ state, group }: AlertMessage, quote: Quote): string {
  const { monitors = [], other_monitors = 0 } = group ?? {};
  const named = monitors
    .slice(0, MONITORS_NAMED)
    .map(({ monitor, count }) => `${count} of ${quote(monitor)}`);
  const more = monitors.length - named.length + other_monitors;
  const of = [...named, ...(more > 0 ? [`others of ${more} more monitors`] : [])].join(', ');
  return state === 'resolved' ? `Over: ${of}.` : `${of}.`;
}

function memberText(member: GroupMember, state: AlertMessage['state'], quote: Quote): string {
  const { condition, current_value: value, expected, since } = member;
  const name = `${quote(member.monitor)}${ofResource(member, quote)}`;
  const metric = quote(member.metric);
  const parts = [
    condition === 'no-data' ? `no sample of ${metric}` : undefined,
    condition === 'cannot-see' ? `${metric} cannot be read` : undefined,
    condition === 'anomaly'
      ? value === null
        ? metric
        : `${metric} ${numberText(value)}`
      : undefined,
    expected === null ? undefined : `usual ${numberText(expected)}`,
    state === 'firing' ? rarityText(member) : undefined,
    `since ${timeText(since)}`,
  ];
  return `${name}: ${parts.filter((part) => part !== undefined).join('; ')}`;
}

/** 4 significant digits, as in the message, with commas where there are many. */
function numberText(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e15 || size < 1e-6)) return String(value);
  return value.toLocaleString('en-US', { maximumSignificantDigits: 4 });
}

function short(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
}

/** 2026-11-25 14:20 UTC. */
function timeText(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}

/** 35 min, 2 h 10 min, 3 d 4 h; nothing where it is none. */
function spanText(ms: number): string {
  if (!(ms >= MINUTE_MS)) return '';
  const [days, hours, minutes] = [
    Math.floor(ms / DAY_MS),
    Math.floor((ms % DAY_MS) / HOUR_MS),
    Math.floor((ms % HOUR_MS) / MINUTE_MS),
  ];
  const parts =
    days > 0
      ? [
          [days, 'd'],
          [hours, 'h'],
        ]
      : [
          [hours, 'h'],
          [minutes, 'min'],
        ];
  return parts
    .filter(([count]) => count !== 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}
