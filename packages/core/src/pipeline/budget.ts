import { transitionsOf } from '../alerts/group.ts';
import type { MessageReason } from '../alerts/message.ts';
import type { Notification } from '../ports/alert-sink.ts';

const WEEK_MS = 7 * 24 * 3_600_000;

/**
 * How many times rarer than usual a page has to be at this moment; 1 while the budget holds. Spent twice over,
 * it is 2: return periods being what they say, that halves the pages to come, until those of the last week are
 * within the budget again. A series is judged by the pages up to its own sample, however late that is read.
 *
 * @param pages - when pages were opened, ms since the epoch
 * @param pagesPerWeek - of the whole estate; without end unless told
 */
export function raiseAt(
  timestamp: number,
  pages: readonly number[],
  pagesPerWeek: number | undefined,
): number {
  if (pagesPerWeek === undefined) return 1;
  return Math.max(1, pagesOfWeek(timestamp, pages).length / pagesPerWeek);
}

/** The pages that count at this moment. */
export function pagesOfWeek(timestamp: number, pages: readonly number[]): readonly number[] {
  return pages.filter((page) => page > timestamp - WEEK_MS && page <= timestamp);
}

/**
 * With more pages: in the order of time, and without those a week older than the newest. So it does not
 * matter in which order runs come to their pages, or that one comes late.
 */
export function withPages(pages: readonly number[], opened: readonly number[]): readonly number[] {
  if (opened.length === 0) return pages;
  const all = [...pages, ...opened].sort((a, b) => a - b);
  const newest = all.at(-1)!;
  return all.filter((page) => page > newest - WEEK_MS);
}

/** What tells people for the first time of something. */
const OPENS: ReadonlySet<MessageReason> = new Set(['first-flagged', 'now-a-page', 'quiet-over']);

/**
 * When people are told of something for the first time, by these messages, ms since the epoch. A message for several
 * alerts wakes somebody once, and counts once.
 */
export function pagesIn(notifications: readonly Notification[]): readonly number[] {
  return notifications.flatMap(({ message }) => {
    const { condition, state, timestamp } = message;
    const opens =
      condition === 'anomaly' &&
      state === 'firing' &&
      transitionsOf(message).some(
        ({ severity, reason }) => severity === 'page' && OPENS.has(reason),
      );
    return opens ? [Date.parse(timestamp)] : [];
  });
}
