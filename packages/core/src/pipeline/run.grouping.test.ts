import { describe, expect, test } from 'vitest';
import { transitionsOf } from '../alerts/group.ts';
import type { AlertMessage } from '../alerts/message.ts';
import { type AlertSink, createMemoryAlertSink, type Notification } from '../ports/alert-sink.ts';
import { notificationOf } from '../testing/alerts.ts';
import {
  createScenario,
  createStubSink,
  failingFor,
  history,
  type RunChanges,
  type Scenario,
  SHARD,
  TRAINED,
  watch,
} from '../testing/scenario.ts';
import { calm, timeOf } from '../testing/series.ts';
import type { Monitor } from './monitor.ts';
import { encodeShard } from './shard-codec.ts';
import type { OutboxEntry } from './shard-state.ts';

/** Flags what is above 100, whatever has been before. */
const LIMIT = { detector: { type: 'static-threshold', above: 100 } } as const;

const namesOf = (count: number): string[] => Array.from({ length: count }, (_, i) => `host-${i}`);

/** So many series, known and calm, of which each jumps with the next sample. */
async function beforeTheyJump(count: number, monitor: Partial<Monitor> = LIMIT): Promise<Scenario> {
  const contents = namesOf(count).map((name, seed) => [name, history([200], { seed })] as const);
  const scenario = createScenario(Object.fromEntries(contents), monitor);
  await scenario.runAt(TRAINED - 1);
  return scenario;
}

const countsOf = (received: readonly Notification[]): (number | undefined)[] =>
  received.map(({ message }) => message.group?.count);

const idsOf = (received: readonly Notification[]): string[] =>
  received
    .flatMap(({ message }) => transitionsOf(message))
    .map(({ transition_id }) => transition_id)
    .toSorted();

describe('transitions of one slot', () => {
  test('up to five are told one by one, and six as one', async () => {
    const [five, six] = [await beforeTheyJump(5), await beforeTheyJump(6)];
    for (const scenario of [five, six]) await scenario.runThrough(TRAINED, TRAINED + 3);
    expect(countsOf(five.sink.received)).toEqual(new Array(10).fill(undefined));
    expect(countsOf(six.sink.received)).toEqual([6, 6]);
    expect(six.sink.received.map(({ message }) => message.state)).toEqual(['firing', 'resolved']);
  });

  test('as one they carry the ids that they have one by one', async () => {
    const together = await beforeTheyJump(6);
    const report = await together.runAt(TRAINED);
    expect(report.counts).toMatchObject({ fired: 6, delivered: 1 });
    const apart: Notification[] = [];
    for (const name of namesOf(6)) {
      const alone = await beforeTheyJump(6);
      await alone.runAt(TRAINED, { watched: [watch(name, LIMIT)] });
      apart.push(...alone.sink.received);
    }
    expect(idsOf(together.sink.received)).toEqual(idsOf(apart));
  });

  test('are one message for each topic, for whoever reads one does not read the other', async () => {
    const scenario = await beforeTheyJump(12);
    const watched = namesOf(12).map((name, i) => watch(name, { ...LIMIT, topic: `arn:${i % 2}` }));
    await scenario.runAt(TRAINED, { watched });
    const { received } = scenario.sink;
    expect(countsOf(received)).toEqual([6, 6]);
    expect(received.map(({ message }) => message.topic)).toEqual(['arn:0', 'arn:1']);
  });

  test('are one message for each condition: what is not as usual, and what cannot be seen', async () => {
    const blind = namesOf(6);
    const contents = namesOf(12).map((name, seed) => {
      return [name, history(blind.includes(name) ? [] : [50, 50, 200], { seed })] as const;
    });
    const scenario = createScenario(Object.fromEntries(contents), LIMIT);
    await scenario.runAt(TRAINED - 1);
    const source = failingFor(scenario.source, blind);
    await scenario.runThrough(TRAINED, TRAINED + 2, { source });
    const told = scenario.sink.received.map(({ message }) => [
      message.condition,
      message.group?.count,
    ]);
    expect(told).toEqual([
      ['anomaly', 6],
      ['cannot-see', 6],
    ]);
  });

  test('are of those that are new by the slot: the next slot is told for itself', async () => {
    const scenario = await beforeTheyJump(8);
    await scenario.runAt(TRAINED, { watched: namesOf(4).map((name) => watch(name, LIMIT)) });
    await scenario.runAt(TRAINED);
    expect(countsOf(scenario.sink.received)).toEqual(new Array(8).fill(undefined));
  });

  test('are told to people as pages and to machines with notices, each in a message of its own', async () => {
    const [first, then] = [namesOf(14).slice(0, 7), namesOf(14).slice(7)];
    const jumping = (names: readonly string[], happened: readonly number[]) =>
      names.map((name, seed) => [name, history(happened, { seed })] as const);
    const scenario = createScenario(
      Object.fromEntries([...jumping(first, [200]), ...jumping(then, [50, 200])]),
      LIMIT,
    );
    await scenario.runAt(TRAINED - 1);
    const [people, machines] = [createMemoryAlertSink('people'), createMemoryAlertSink('machines')];
    const sinks: AlertSink[] = [{ ...people, takes: (severity) => severity === 'page' }, machines];
    // The message of the first seven is a page, and more than the budget: those that come then are notices.
    await scenario.runThrough(TRAINED, TRAINED + 1, { sinks, pagesPerWeek: 0.5 });
    expect(people.received.map(({ message }) => message.group)).toMatchObject([
      { count: 7, pages: 7, notices: 0 },
    ]);
    expect(machines.received.map(({ message }) => message.group)).toMatchObject([
      { count: 7, pages: 7, notices: 0 },
      { count: 7, pages: 0, notices: 7 },
    ]);
  });

  test('of one alert are told in the order in which they came to be', async () => {
    const scenario = createScenario({ web: history([200]), db: history([50, 200]) }, LIMIT);
    await scenario.runThrough(TRAINED - 1, TRAINED);
    await scenario.runAt(TRAINED + 6); // five slots were missed; web ends before db begins
    const ofDb = scenario.told().filter((text) => text.includes('db'));
    expect(ofDb).toEqual([`firing db ${TRAINED + 1}`, `resolved db ${TRAINED + 4}`]);
  });

  test('of one alert are told in this order also where one is told with others and one is not', async () => {
    const names = namesOf(7);
    const last = names.at(-1)!;
    const contents = names.map((name, seed) => {
      return [name, history(name === last ? [50, 200] : [200], { seed })] as const;
    });
    const scenario = createScenario(Object.fromEntries(contents), LIMIT);
    await scenario.runThrough(TRAINED - 1, TRAINED);
    await scenario.runAt(TRAINED + 6); // five slots were missed: seven end, and the last began too
    const ofLast = scenario.sink.received.flatMap(({ message }) =>
      transitionsOf(message).some(({ series }) => series === last) ? [message.state] : [],
    );
    expect(ofLast).toEqual(['firing', 'resolved']);
  });
});

describe('five hundred series that break at once', () => {
  const COUNT = 500;

  test('fault 27: are one message when they break, and one when they are well again', async () => {
    const scenario = await beforeTheyJump(COUNT);
    const reports = await scenario.runThrough(TRAINED, TRAINED + 4);
    expect(countsOf(scenario.sink.received)).toEqual([COUNT, COUNT]);
    expect(reports[0]?.counts).toMatchObject({ fired: COUNT, delivered: 1, outbox: 0 });
    expect(scenario.sink.received[0]?.message).toMatchObject({
      alert: '500 alerts',
      severity: 'page',
      group: { pages: COUNT, monitors: [{ monitor: 'cpu', count: COUNT }], other_monitors: 0 },
    });
    expect(idsOf(scenario.sink.received)).toHaveLength(2 * COUNT);
  });

  test('fault 27: cost as many reads, commits and sends as one that breaks', async () => {
    const workOf = async (count: number): Promise<Record<string, number>> => {
      const { runAt, source, store, sink } = await beforeTheyJump(count);
      const work = { reads: 0, commits: 0, sends: 0 };
      const counted = <Args extends unknown[], R>(
        what: keyof typeof work,
        f: (...args: Args) => R,
      ) => {
        return (...args: Args): R => {
          work[what] += 1;
          return f(...args);
        };
      };
      const ports: RunChanges = {
        source: { ...source, read: counted('reads', source.read) },
        store: { ...store, commit: counted('commits', store.commit) },
        sinks: [{ name: sink.name, send: counted('sends', sink.send) }],
      };
      await runAt(TRAINED, ports);
      return work;
    };
    expect(await workOf(COUNT)).toEqual(await workOf(1));
  });

  test('of several monitors and topics are one message a topic, with the monitors that have most', async () => {
    const scenario = await beforeTheyJump(COUNT);
    const watched = namesOf(COUNT).map((name, i) => {
      return watch(name, { ...LIMIT, name: `m${i % 20}`, topic: `arn:${i % 2}` });
    });
    await scenario.runAt(TRAINED - 1, { watched });
    await scenario.runAt(TRAINED, { watched });
    expect(countsOf(scenario.sink.received)).toEqual([250, 250]);
    const [group] = scenario.sink.received.map(({ message }) => message.group);
    expect(group?.monitors).toHaveLength(10);
    expect(group?.monitors[0]).toEqual({ monitor: 'm0', count: 25 });
    expect(group?.other_monitors).toBe(0);
  });
});

describe('while no sink takes anything', () => {
  const DAY = 288;
  const SERIES = 8;
  const down = createStubSink('memory', () => {
    return { delivered: false, reason: '503', retryable: true };
  });

  /** Each series jumps once an hour, all through a day. */
  function jumpingAllDay(): Scenario {
    const contents = namesOf(SERIES).map((name, seed) => {
      const values = calm(TRAINED + DAY + 30, { seed });
      for (let at = TRAINED + seed; at < TRAINED + DAY; at += 12) values[at] = 200;
      return [name, values] as const;
    });
    return createScenario(Object.fromEntries(contents), { ...LIMIT, rearmMs: 0 });
  }

  test('fault 11: a day of alerts is kept in little room, and then told: all of them, and that it was so', async () => {
    const [scenario, punctual] = [jumpingAllDay(), jumpingAllDay()];
    await scenario.runAt(TRAINED - 1);
    const bare = (await scenario.store.load(SHARD))!.bytes.length;
    let most = 0;
    const notes = new Set<string>();
    for (let index = TRAINED; index < TRAINED + DAY; index++) {
      const report = await scenario.runAt(index, { sinks: [down] });
      for (const { kind } of report.notes) notes.add(kind);
      most = Math.max(most, report.counts.outbox);
      expect(report.counts.outboxAgeMs).toBe(
        report.counts.outbox === 0 ? 0 : timeOf(index) - timeOf(TRAINED),
      );
    }
    expect(most).toBeLessThanOrEqual(50);
    expect([...notes].sort()).toEqual(['delivery-failed', 'outbox-collapsed']);
    const full = (await scenario.store.load(SHARD))!.bytes.length;
    expect(full - bare).toBeLessThan(256 * 1024);
    const { outbox } = await scenario.stored();

    const report = await scenario.runAt(TRAINED + DAY);
    await punctual.runThrough(TRAINED - 1, TRAINED + DAY);
    expect(punctual.sink.received.length).toBeGreaterThan(300);
    expect(report.counts).toMatchObject({ outbox: 0, outboxAgeMs: 0 });
    expect(scenario.sink.received.length).toBeLessThanOrEqual(outbox.length + SERIES);
    expect(idsOf(scenario.sink.received)).toEqual(idsOf(punctual.sink.received));
    const [began, ended] = scenario.sink.received.map(({ message }) => message);
    expect([began?.state, ended?.state]).toEqual(['firing', 'resolved']);
    expect(began?.group?.count).toBeGreaterThan(100);
  });

  test('fifty wait one by one, and one more makes them one for each topic and state', async () => {
    const watched = namesOf(51).map((name, i) => {
      return watch(name, { ...LIMIT, topic: `arn:${Math.floor(i / 5)}` });
    });
    const waitingOf = async (count: number) => {
      const scenario = await beforeTheyJump(51);
      const some = { watched: watched.slice(0, count), sinks: [down] };
      const { notes } = await scenario.runAt(TRAINED, some);
      const { outbox } = await scenario.stored();
      const collapsed = notes.filter(({ kind }) => kind === 'outbox-collapsed');
      return { outbox, said: collapsed.map(({ message }) => message) };
    };
    const [fifty, more] = [await waitingOf(50), await waitingOf(51)];
    expect(fifty.outbox.every(({ notification }) => notification.message.group === null)).toBe(
      true,
    );
    expect([fifty.outbox.length, fifty.said]).toEqual([50, []]);
    expect(more.outbox).toHaveLength(11);
    expect(more.said).toEqual(['51 notifications wait to be sent: they are put together as 11']);
  });

  // Written before there were conditions and groups, by the release before, and waiting since.
  test('what an earlier release left there is put together with the rest', async () => {
    const scenario = await beforeTheyJump(60);
    const { version } = (await scenario.store.load(SHARD))!;
    const old = Array.from({ length: 51 }, (_, i): OutboxEntry => {
      const { id, message } = notificationOf(i);
      const { condition: _condition, group: _group, detail: _detail, ...known } = message;
      const notification = { id, message: known as AlertMessage };
      return { notification, pending: ['memory'] };
    });
    const state = { ...(await scenario.stored()), outbox: old };
    await scenario.store.commit(SHARD, encodeShard(state), version);
    const report = await scenario.runAt(TRAINED);
    expect(report.counts).toMatchObject({ fired: 60, outbox: 0 });
    expect(idsOf(scenario.sink.received)).toHaveLength(60 + 51);
    const conditions = scenario.sink.received.map(({ message }) => message.condition);
    expect(conditions).toEqual(['anomaly']);
  });

  test('one sink that is down does not keep what the others have, nor tell it again', async () => {
    const scenario = jumpingAllDay();
    const other = { ...createMemoryAlertSink('other') };
    const sinks = [down, other];
    await scenario.runAt(TRAINED - 1);
    await scenario.runThrough(TRAINED, TRAINED + 60, { sinks });
    expect(new Set(idsOf(other.received)).size).toBe(idsOf(other.received).length);
    const { outbox } = await scenario.stored();
    expect(outbox.length).toBeLessThanOrEqual(50);
    expect(outbox.every(({ pending }) => pending.join() === 'memory')).toBe(true);
    expect(outbox[0]?.since).toBe(timeOf(TRAINED + 1));
  });
});
