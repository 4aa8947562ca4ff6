import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { groupOf } from '../alerts/group.ts';
import type { AlertMessage } from '../alerts/message.ts';
import type { Notification } from '../ports/alert-sink.ts';
import { notificationOf } from '../testing/alerts.ts';
import { timeOf } from '../testing/series.ts';
import { pagesIn, pagesOfWeek, raiseAt, withPages } from './budget.ts';

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;
const NOW = Date.UTC(2014, 1, 14);

/** So many pages, an hour apart, the last of them now. */
const pagesUntilNow = (count: number): number[] =>
  Array.from({ length: count }, (_, i) => NOW - (count - 1 - i) * HOUR_MS);

describe('raiseAt', () => {
  test('is 1 while the budget holds, and then as many times as it is spent', () => {
    const raises = [0, 1, 20, 21, 40, 100].map((count) => raiseAt(NOW, pagesUntilNow(count), 20));
    expect(raises).toEqual([1, 1, 1, 1.05, 2, 5]);
  });

  test('is 1 where there is no budget', () => {
    expect(raiseAt(NOW, pagesUntilNow(100), undefined)).toBe(1);
  });

  test('comes down as pages become a week old', () => {
    const pages = pagesUntilNow(40);
    const raises = [0, 9, 19, 39].map((hours) => {
      return raiseAt(pages[hours]! + WEEK_MS, pages, 20);
    });
    expect(raises).toEqual([1.95, 1.5, 1, 1]);
  });

  test('does not count pages after the moment, for a sample that is late', () => {
    expect(raiseAt(NOW - 20 * HOUR_MS, pagesUntilNow(40), 10)).toBe(2);
  });

  test('a budget can be less than a page a week', () => {
    expect(raiseAt(NOW, [], 0.25)).toBe(1);
    expect(raiseAt(NOW, [NOW], 0.25)).toBe(4);
  });
});

describe('withPages', () => {
  const opened = fc.array(
    fc.integer({ min: 0, max: 400 }).map((hours) => NOW + hours * HOUR_MS),
    { maxLength: 30 },
  );

  test('in whatever order pages come, what is left is the same: those of the week to the newest', () => {
    fc.assert(
      fc.property(opened, fc.infiniteStream(fc.nat()), (pages, random) => {
        const shuffled = pages
          .map((page) => ({ page, place: random.next().value as number }))
          .sort((a, b) => a.place - b.place)
          .map(({ page }) => page);
        const [one, other] = [pages, shuffled].map((all) =>
          all.reduce<readonly number[]>((before, page) => withPages(before, [page]), []),
        );
        expect(one).toEqual(other);
        expect(withPages([], pages)).toEqual(one);
        expect(one).toEqual([...pagesOfWeek(Math.max(...pages), pages)].sort((a, b) => a - b));
      }),
    );
  });

  test('leaves what it was given as it was', () => {
    const pages = [NOW];
    expect(withPages(pages, [NOW - HOUR_MS])).toEqual([NOW - HOUR_MS, NOW]);
    expect(pages).toEqual([NOW]);
  });
});

describe('what is spent of a budget', () => {
  const told = (index: number, changes: Partial<AlertMessage>): Notification =>
    notificationOf(index, { severity: 'page', ...changes });

  test('is each message by which people are told of an alert for the first time, at the time of its sample', () => {
    const reasons = ['first-flagged', 'now-a-page', 'quiet-over'] as const;
    const messages = reasons.map((reason, index) => told(index, { reason }));
    expect(pagesIn(messages)).toEqual([0, 1, 2].map(timeOf));
  });

  test.each<[string, Partial<AlertMessage>]>([
    ['a notice', { severity: 'notice', reason: 'first-flagged' }],
    ['one told again', { reason: 'clearly-worse' }],
    ['one that goes on', { reason: 'repeat-interval' }],
    ['an end', { state: 'resolved', reason: 'recovered' }],
    ['a series that cannot be read', { condition: 'cannot-see', reason: 'cannot-be-read' }],
    ['a series that has gone silent', { condition: 'no-data', reason: 'went-silent' }],
  ])('is not %s', (_, changes) => {
    expect(pagesIn([told(0, changes)])).toEqual([]);
  });

  test('is one for a message of several, if only one of them is told to people for the first time', async () => {
    const worse = told(0, { reason: 'clearly-worse' });
    const notice = told(1, { severity: 'notice', reason: 'first-flagged' });
    const opened = told(2, { reason: 'first-flagged' });
    expect(pagesIn([await groupOf([worse, notice])])).toEqual([]);
    expect(pagesIn([await groupOf([worse, notice, opened])])).toEqual([timeOf(2)]);
  });
});
