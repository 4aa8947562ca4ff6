import { describe, expect, test } from 'vitest';
import { groupOf } from '../alerts/group.ts';
import type { AlertMessage } from '../alerts/message.ts';
import type { Notification } from '../ports/alert-sink.ts';
import { notificationOf } from '../testing/alerts.ts';
import { grouped } from './outbox.ts';
import type { OutboxEntry } from './shard-state.ts';

const entryOf = (notification: Notification): OutboxEntry => ({
  notification,
  pending: ['people'],
});
const waiting = (index: number, changes: Partial<AlertMessage> = {}): OutboxEntry =>
  entryOf(notificationOf(index, changes));

describe('what waits to be sent', () => {
  test('is put together only with what says the same, and where it tells of more alerts than may be told singly', async () => {
    const ended = waiting(2, { state: 'resolved' });
    const entries = [waiting(0), waiting(1), ended];
    expect(await grouped(entries, 2)).toEqual(entries);
    const [both, alone, ...none] = await grouped(entries, 1);
    expect(both?.notification.message.group?.count).toBe(2);
    expect(alone).toBe(ended);
    expect(none).toEqual([]);
  });

  test('and has been put together keeps its id while nothing comes to it: it is no news', async () => {
    const digest = await groupOf([0, 1, 2].map((index) => notificationOf(index)));
    const entries = [entryOf(digest), waiting(3, { topic: 'arn:other' })];
    expect(await grouped(entries, 1)).toEqual(entries);
    const [larger] = await grouped([...entries, waiting(4)], 1);
    expect(larger?.notification.message.group?.count).toBe(4);
    expect(larger?.notification.id).not.toBe(digest.id);
  });
});
