import { describe, expect, test } from 'vitest';
import type { AlertMessage } from '../alerts/message.ts';
import type { AlertSink } from '../ports/alert-sink.ts';
import { notificationOf } from './alerts.ts';
import { HOSTILE_TEXTS } from './arbitraries.ts';

export interface AlertSinkUnderTest {
  readonly sink: AlertSink;
  /** The messages that arrived, repeats of a transition counted once, in order of arrival or time. */
  received(): readonly AlertMessage[] | Promise<readonly AlertMessage[]>;
}

/**
 * What every `AlertSink` does.
 *
 * @param make - a sink to which nothing was sent yet
 */
export function describeAlertSink(
  name: string,
  make: () => AlertSinkUnderTest | Promise<AlertSinkUnderTest>,
): void {
  describe(`${name} keeps the contract of an alert sink`, () => {
    test('nothing to send is nothing received', async () => {
      const { sink, received } = await make();
      expect(await sink.send([])).toEqual([]);
      expect(await received()).toEqual([]);
    });

    test('a notification arrives word for word', async () => {
      const { sink, received } = await make();
      const notification = notificationOf(1);
      expect(await sink.send([notification])).toEqual([{ delivered: true }]);
      expect(await received()).toEqual([notification.message]);
    });

    test('there is one outcome per notification, and they arrive in their order', async () => {
      const { sink, received } = await make();
      const first = [1, 2, 3, 4].map((index) => notificationOf(index));
      const second = [5, 6].map((index) => notificationOf(index));
      expect(await sink.send(first)).toEqual(first.map(() => ({ delivered: true })));
      expect(await sink.send(second)).toEqual(second.map(() => ({ delivered: true })));
      expect(await received()).toEqual([...first, ...second].map(({ message }) => message));
    });

    test('a repeat is delivered and harmless, in the same call and in a later one', async () => {
      const { sink, received } = await make();
      const [one, two] = [notificationOf(1), notificationOf(2)];
      expect(await sink.send([one, one])).toEqual([{ delivered: true }, { delivered: true }]);
      expect(await sink.send([one, two, one])).toHaveLength(3);
      expect(await received()).toEqual([one.message, two.message]);
    });

    test('two transitions of one moment both arrive', async () => {
      const { sink, received } = await make();
      const { timestamp } = notificationOf(1).message;
      const both = [notificationOf(1), notificationOf(2, { timestamp })];
      await sink.send(both);
      expect(await received()).toHaveLength(2);
    });

    test('hostile text in names arrives as it is', async () => {
      const { sink, received } = await make();
      const hostile = HOSTILE_TEXTS.map((text, index) =>
        notificationOf(index, {
          alert: text,
          monitor: text,
          metric: text,
          series: text,
          cluster: text,
          owner: text,
          runbook: text,
        }),
      );
      expect(await sink.send(hostile)).toEqual(hostile.map(() => ({ delivered: true })));
      expect(await received()).toEqual(hostile.map(({ message }) => message));
    });

    test('without time nothing is lost: what is not delivered may be sent later', async () => {
      const { sink, received } = await make();
      const all = [1, 2, 3].map((index) => notificationOf(index));
      const outcomes = await sink.send(all, { remainingMs: () => 0 });
      expect(outcomes).toHaveLength(3);
      const open = all.filter((_, i) => !outcomes[i]!.delivered);
      const final = outcomes.filter((outcome) => !outcome.delivered && !outcome.retryable);
      expect(final).toEqual([]);
      expect(await sink.send(open)).toEqual(open.map(() => ({ delivered: true })));
      expect(await received()).toEqual(all.map(({ message }) => message));
    });

    test('the name is not empty and stays the same', async () => {
      const { sink } = await make();
      const before = sink.name;
      await sink.send([notificationOf(1)]);
      expect(before).not.toBe('');
      expect(sink.name).toBe(before);
    });
  });
}
