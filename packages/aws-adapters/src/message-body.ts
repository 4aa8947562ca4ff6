import type { AlertMessage, GroupTransition } from '@plumbline/core';

export interface BodyLimits {
  /** Of the body, in UTF-8; at least 8 KiB, so that what is always there has room. */
  readonly mostBytes: number;
  /** Blanks at each level, for people; none unless told. */
  readonly indent?: number;
}

/**
 * The message as it is where its body is short enough. Else, until it is, these go: the links to the
 * console and to a chart, which are as long as the names in them; the end of the longest texts, with a mark that says
 * how much is missing, but an address as a whole; of a group the last of its transitions, which are
 * counted.
 */
export function boundedMessage(message: AlertMessage, limits: BodyLimits): AlertMessage {
  const { mostBytes, indent } = limits;
  const bytesOf = (candidate: AlertMessage): number =>
    Buffer.byteLength(messageText(candidate, indent));
  if (bytesOf(message) <= mostBytes) return message;
  const unlinked = withTexts(message, (text, name) => (LINKS.has(name) ? null : text));
  const bytes = bytesOf(unlinked);
  if (bytes <= mostBytes) return unlinked;

  const transitions = unlinked.group?.transitions ?? [];
  const bare = withTransitions(unlinked, []);
  const bareBytes = bytesOf(bare);
  // The transitions have half of the room, if they want so much.
  const reserved = Math.min(bytes - bareBytes, mostBytes / 2);
  const short = withShorterTexts(bare, bareBytes + reserved - mostBytes);
  const counted = (kept: number): AlertMessage =>
    withTransitions(short, transitions.slice(0, kept), transitions.length - kept);
  return counted(mostOf(transitions.length, (kept) => bytesOf(counted(kept)) <= mostBytes));
}

const LINKS: ReadonlySet<string> = new Set(['console_url', 'chart_url']);

/** What could be taken for something else, in a terminal or a mail: it turns, hides or breaks a line. */
const MISLEADING = /[\u007f-\u009f\u2028\u2029\p{Cf}]/gu;

/**
 * The message as JSON. Characters that mislead people, and halves of surrogate pairs, are written as
 * escapes, which mean the same to a machine.
 */
export function messageText(message: AlertMessage, indent = 0): string {
  return jsonText(message, indent);
}

function jsonText(value: unknown, indent = 0): string {
  return JSON.stringify(value, null, indent).replace(MISLEADING, (char) =>
    Array.from(
      { length: char.length },
      (_, i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}

/** The message with other texts in it, however deep they are. */
function withTexts(
  message: AlertMessage,
  change: (text: string, name: string) => string | null,
): AlertMessage {
  const changed = (value: unknown, name: string): unknown => {
    if (typeof value === 'string') return change(value, name);
    if (Array.isArray(value)) return value.map((item) => changed(item, name));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, changed(one, key)]));
  };
  return changed(message, '') as AlertMessage;
}

/** The message with so many bytes less of its texts, the longest of which are cut to one length. */
function withShorterTexts(message: AlertMessage, bytesLess: number): AlertMessage {
  if (bytesLess <= 0) return message;
  const sizes: number[] = [];
  withTexts(message, (text) => {
    sizes.push(sizeOf(text));
    return text;
  });
  const most = levelOf(sizes, sizes.reduce((sum, size) => sum + size, 0) - bytesLess);
  return withTexts(message, (text, name) => {
    if (sizeOf(text) <= most) return text;
    return name === 'runbook' ? null : shorten(text, most);
  });
}

function withTransitions(
  message: AlertMessage,
  transitions: readonly GroupTransition[],
  dropped = 0,
): AlertMessage {
  const { group } = message;
  if (!group) return message;
  const more_transitions = group.more_transitions + dropped;
  return { ...message, group: { ...group, transitions, more_transitions } };
}

/** The largest number up to `limit` that fits, of which all smaller ones do. */
function mostOf(limit: number, fits: (count: number) => boolean): number {
  let [least, most] = [0, limit];
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (fits(middle)) least = middle;
    else most = middle - 1;
  }
  return least;
}

/** Bytes of a text within JSON, without its quotes. */
function sizeOf(text: string): number {
  return Buffer.byteLength(jsonText(text)) - 2;
}

/** What each may have at most, so that together they have no more than this. */
function levelOf(sizes: readonly number[], total: number): number {
  let left = total;
  const ascending = [...sizes].sort((a, b) => a - b);
  for (const [i, size] of ascending.entries()) {
    const share = Math.floor(left / (ascending.length - i));
    if (size > share) return share;
    left -= size;
  }
  return left;
}

/** The beginning of a text and how many characters are missing, in so many bytes. */
function shorten(text: string, mostBytes: number): string {
  const chars = Array.from(text); // by code point: half a character is none
  const markOf = (missing: number): string => `… (${missing} more characters)`;
  let room = mostBytes - sizeOf(markOf(chars.length));
  let kept = 0;
  // In steps that become smaller, for a text can be long.
  for (const step of [256, 16, 1]) {
    for (; kept + step <= chars.length; kept += step) {
      const size = sizeOf(chars.slice(kept, kept + step).join(''));
      if (size > room) break;
      room -= size;
    }
  }
  return `${chars.slice(0, kept).join('')}${markOf(chars.length - kept)}`;
}
