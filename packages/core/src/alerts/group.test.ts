import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Notification } from '../ports/alert-sink.ts';
import { notificationOf } from '../testing/alerts.ts';
import { HOSTILE_TEXTS } from '../testing/arbitraries.ts';
import { timeOf } from '../testing/series.ts';
import { type AlertGroup, groupOf, transitionsOf } from './group.ts';
import { type AlertMessage, isoTime } from './message.ts';

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** So many notifications, each of a series of its own. */
function many(
  count: number,
  changes: (index: number) => Partial<AlertMessage> = () => ({}),
): Notification[] {
  return range(count).map((i) => notificationOf(i, { series: `host-${i}`, ...changes(i) }));
}

async function groupedAs(notifications: readonly Notification[]): Promise<AlertGroup> {
  return (await groupOf(notifications)).message.group!;
}

const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

describe('a message for several alerts', () => {
  test('counts them, and those of either severity', async () => {
    const isPage = (i: number) => i % 3 === 0;
    const mixed = many(10, (i) => ({ severity: isPage(i) ? 'page' : 'notice' }));
    const { message } = await groupOf(mixed);
    expect(message).toMatchObject({ alert: '10 alerts', severity: 'page' });
    expect(message.group).toMatchObject({ count: 10, pages: 4, notices: 6 });
    const notices = await groupOf(many(3, () => ({ severity: 'notice' })));
    expect(notices.message).toMatchObject({ severity: 'notice', group: { pages: 0, notices: 3 } });
  });

  test('names the monitors with the most of them, and how many others there are', async () => {
    const monitors = many(109, (i) => ({ monitor: `m${i < 103 ? i : i % 3}` }));
    const group = await groupedAs(monitors); // three each of m0 to m2, and one of each up to m102
    expect(group.monitors).toHaveLength(100);
    expect(group.monitors.slice(0, 4).map(({ monitor, count }) => `${monitor}: ${count}`)).toEqual([
      'm0: 3',
      'm1: 3',
      'm2: 3',
      'm10: 1',
    ]);
    expect(group.other_monitors).toBe(3);
  });

  test('names monitors with as many in the order of their names', async () => {
    const group = await groupedAs(many(6, (i) => ({ monitor: ['b', 'c', 'a'][i % 3]! })));
    expect(group.monitors.map(({ monitor }) => monitor)).toEqual(['a', 'b', 'c']);
    expect(group.other_monitors).toBe(0);
  });

  test('shows the worst five: pages first, then the rarest, then the farthest off', async () => {
    const notifications = many(7, (i) => {
      const severity = i < 3 ? 'notice' : 'page';
      const rarity_days = i < 5 ? 100 - i : null;
      return { severity, rarity_days, deviation_factor: i };
    });
    const { worst } = await groupedAs(notifications);
    const ids = worst.map(({ transition_id }) => Number.parseInt(transition_id, 16));
    expect(ids).toEqual([3, 4, 6, 5, 0]);
  });

  test('shows those of which nobody knows how far off they are after those of which somebody does', async () => {
    const factors = [null, 0.1, null, 0.5];
    const { worst } = await groupedAs(
      many(4, (i) => ({ rarity_days: null, deviation_factor: factors[i]! })),
    );
    expect(worst.map(({ deviation_factor }) => deviation_factor)).toEqual([0.5, 0.1, null, null]);
  });

  test('is, for those who know nothing of groups, the worst of them from the first to the last', async () => {
    const changes = (i: number): Partial<AlertMessage> => ({
      severity: i === 2 ? 'page' : 'notice',
      cluster: `host-${i}`,
      since: isoTime(timeOf(10 - i)),
      timestamp: isoTime(timeOf(20 + i)),
    });
    const { message } = await groupOf(many(5, changes));
    expect(message).toMatchObject({
      cluster: 'host-2',
      series: 'host-2',
      severity: 'page',
      since: isoTime(timeOf(6)),
      timestamp: isoTime(timeOf(24)),
    });
  });

  test('says which transitions it tells of, with what a machine needs of each', async () => {
    const { message } = await groupOf(many(3));
    expect(transitionsOf(message)).toEqual(
      many(3).map(({ id, message: { reason, monitor, series, condition, severity, since } }) => {
        return { transition_id: id, reason, monitor, series, condition, severity, since };
      }),
    );
    const [single] = many(1);
    expect(transitionsOf(single!.message)).toHaveLength(1);
  });
});

describe('the id of a group', () => {
  test('is made of those of its members, in whatever order they come, and nothing else', async () => {
    const members = many(8);
    const { id, message } = await groupOf(members);
    expect(message.transition_id).toBe(id);
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect((await groupOf(members.toReversed())).id).toBe(id);
    const retold = many(8, () => ({ monitor: 'other', severity: 'notice', topic: 'x' }));
    expect((await groupOf(retold)).id).toBe(id);
  });

  test('is another with one member more, fewer or other, and no id of a member', async () => {
    const ids = await Promise.all(
      [many(8), many(7), many(9).slice(1), many(9)].map(async (all) => (await groupOf(all)).id),
    );
    expect(new Set([...ids, ...many(9).map(({ id }) => id)]).size).toBe(4 + 9);
  });

  test('and the group itself are the same in whatever order the members come', async () => {
    const members = many(12, (i) => ({ monitor: `m${i % 4}`, deviation_factor: i % 3 }));
    expect(await groupOf(members.toReversed())).toEqual(await groupOf(members));
  });
});

/** One message for parts that are groups already where they are more than one. */
async function merged(...parts: (readonly Notification[])[]): Promise<AlertGroup> {
  const groups = parts.map((part) => (part.length === 1 ? part[0]! : groupOf(part)));
  return groupedAs(await Promise.all(groups));
}

describe('a group of groups', () => {
  test('tells of the same alerts, however they were put together', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 2, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.func(fc.boolean()), async (lengths, isPage) => {
        const total = lengths.reduce((sum, length) => sum + length, 0);
        const all = many(total, (i) => ({ severity: isPage(i) ? 'page' : 'notice' }));
        const parts: Notification[][] = [];
        for (const length of lengths) {
          const at = parts.flat().length;
          parts.push(all.slice(at, at + length));
        }

        const atOnce = await groupedAs(all);
        const once = await merged(...parts);
        const [first, ...rest] = parts;
        const twice = await merged(first!, [await groupOf(rest.flat())]);
        for (const group of [once, twice]) {
          for (const field of ['count', 'pages', 'notices', 'transitions', 'worst'] as const) {
            expect(group[field], field).toEqual(atOnce[field]);
          }
          expect(group.more_transitions).toBe(0);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('of more than it can list still counts them all', async () => {
    const all = many(2500);
    const group = await merged(all.slice(0, 1200), all.slice(1200, 2499), all.slice(2499));
    expect(group).toMatchObject({ count: 2500, pages: 2500, more_transitions: 1500 });
    expect(group.transitions).toEqual((await groupedAs(all)).transitions);
  });

  test('counts the monitors of both', async () => {
    const named = (prefix: string) => many(20, (i) => ({ monitor: `${prefix}${i}` }));
    const [a, b] = [
      named('a'),
      named('b').map((each) => ({ ...each, id: `b${each.id.slice(1)}` })),
    ];
    const group = await merged(a, b);
    expect(group.count).toBe(40);
    expect(group.monitors.length + group.other_monitors).toBe(40);
  });
});

describe('of ten thousand', () => {
  test('fault 27: a group is no larger than of a few thousand, and counts them all', async () => {
    const [large, huge] = [await groupOf(many(2_000)), await groupOf(many(10_000))];
    expect(huge.message.group).toMatchObject({ count: 10_000, more_transitions: 9_000 });
    expect(huge.message.group!.transitions).toHaveLength(1_000);
    expect(sizeOf(huge) - sizeOf(large)).toBeLessThan(1_000);
    expect(sizeOf(huge)).toBeLessThan(256 * 1024);
  });

  test('fault 27: it takes no longer than its number says', { timeout: 10_000 }, async () => {
    expect((await groupedAs(many(10_000, (i) => ({ monitor: `m${i}` })))).other_monitors).toBe(
      9_900,
    );
  });
});

test('fault 28: hostile names are names: counted apart, and put into no text but their own', async () => {
  const group = await groupedAs(
    HOSTILE_TEXTS.map((text, i) =>
      notificationOf(i, { monitor: text, series: text, cluster: text }),
    ),
  );
  expect(group.count).toBe(HOSTILE_TEXTS.length);
  expect(group.monitors.length + group.other_monitors).toBe(HOSTILE_TEXTS.length);
  expect(group.monitors.every(({ count }) => count === 1)).toBe(true);
  expect(group.transitions.map(({ monitor }) => monitor)).toEqual([...HOSTILE_TEXTS]);
  expect(JSON.parse(JSON.stringify(group))).toEqual(group);
});
