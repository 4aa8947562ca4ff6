import { shardOf } from '@plumbline/core';
import { describe, expect, test } from 'vitest';
import type { FunctionRun } from './testing/estate.ts';
import { createCalm, createFleet, HOSTS, hostsOf, toldOnce } from './testing/fleet.ts';

const total = (runs: readonly FunctionRun[], figure: string): number =>
  runs.reduce((sum, { figures }) => sum + (figures?.[figure] ?? 0), 0);

describe('a slot of an estate in three shards', () => {
  test('is planned, and each shard is worked on: every series is watched once', async () => {
    const fleet = await createFleet();
    for (const host of hostsOf(300)) fleet.measure(host);

    const { planner, workers } = await fleet.slot(0);

    expect(planner).toMatchObject({ outcome: 'success', complaints: [] });
    expect(planner.summary.counts).toEqual({ shards: 3, series: 300, waiting: 0 });
    expect(planner.figures).toMatchObject({ ShardsPlanned: 3, SeriesPlanned: 300 });
    expect(workers).toHaveLength(3);
    for (const worker of workers) {
      expect(worker).toMatchObject({ outcome: 'success', complaints: [] });
      expect(worker.result).toEqual({ batchItemFailures: [] });
      expect(worker.figures).toMatchObject({ Heartbeat: 1 });
    }
    expect(total(workers, 'SeriesWatched')).toBe(300);
    expect(total(workers, 'SamplesScored')).toBe(300);
    expect(fleet.watched()).toEqual([...hostsOf(300)].sort());
    expect(fleet.queue.messages()).toEqual([]);
    expect(fleet.told()).toEqual([]);
  });

  test('in which nothing happens is one read and one write of the state a shard', async () => {
    // One worker at a time has one environment, which remembers what it has been told.
    const fleet = await createFleet();
    for (const host of HOSTS) fleet.measure(host);
    await fleet.slot(0, { concurrency: 1 });
    const before = fleet.aws.calls.length;

    const { planner, workers } = await fleet.slot(1, { concurrency: 1 });

    // The silences, the desk and the plans, which another environment may have written.
    expect(planner.calls).toEqual({ GetObject: 2 + 3, SendMessageBatch: 1 });
    expect(workers.at(-1)!.calls).toEqual({ GetObject: 3, GetMetricData: 3, PutObject: 3 });
    for (const index of [0, 1, 2]) {
      const object = `state/shard-${index}-of-3.plumbline`;
      expect(fleet.callsOn(object, before)).toEqual({ GetObject: 1, PutObject: 1 });
    }
    expect(workers.every(({ lines }) => lines.length === 1)).toBe(true);
  });

  test('leaves the shard of a series as it is while others come and go', async () => {
    const fleet = await createFleet();
    for (const host of HOSTS.slice(0, 30)) fleet.measure(host);
    await fleet.slot(0);
    const before = fleet.states().map(({ series }) => [...series.keys()]);

    for (const host of HOSTS.slice(30)) fleet.measure(host);
    await fleet.fn.close(); // what it remembers of the metrics there are would do for a quarter of an hour
    const { planner } = await fleet.slot(1);

    expect(planner.summary.counts).toMatchObject({ series: 60 });
    const after = fleet.states().map(({ series }) => [...series.keys()]);
    before.forEach((keys, index) => {
      expect(after[index]).toEqual(expect.arrayContaining(keys));
      expect(after[index]!.every((key) => shardOf(key, 3) === index)).toBe(true);
    });
    expect(fleet.watched()).toEqual([...HOSTS].sort());
  });

  test('of which one shard has no series beats like the others', async () => {
    const fleet = await createCalm({ hosts: ['web'] });

    const { workers } = await fleet.slot(1);

    expect(workers.map(({ figures }) => figures?.Heartbeat)).toEqual([1, 1, 1]);
    expect(total(workers, 'SeriesWatched')).toBe(1);
  });
});

describe('series that break in all shards at once', () => {
  test('fault 27: are one message to people and one to machines, and so is their end', async () => {
    const hosts = hostsOf(300);
    const fleet = await createCalm({ hosts, spikes: [1] });

    const { workers } = await fleet.slot(1);
    await fleet.slot(2);

    expect(workers.map(({ complaints }) => complaints)).toEqual([[], [], []]);
    expect(total(workers, 'AlertsFired')).toBe(300);
    expect(total(workers, 'AlertsPaged')).toBe(300);
    expect(fleet.messages()).toMatchObject([
      { state: 'firing', alert: '300 alerts', severity: 'page', group: { count: 300, pages: 300 } },
      { state: 'resolved', alert: '300 alerts', group: { count: 300 } },
    ]);
    expect(fleet.toldToMachines()).toHaveLength(2);
    const [first] = fleet.aws.sns.published;
    expect(first?.subject).toBe('300 Anomalies Detected: cpu 300');
    expect(Buffer.byteLength(first!.message)).toBeLessThanOrEqual(32_768);
    const { transitions, more_transitions } = fleet.messages()[0]!.group!;
    expect(transitions.length + more_transitions).toBe(300);
    expect(fleet.aws.events.received[0]?.detail).toMatchObject({
      group: { count: 300, monitors: [{ monitor: 'cpu', count: 300 }] },
    });
  });

  test('one of each are told one by one, together', async () => {
    const fleet = await createFleet();
    for (const host of HOSTS)
      fleet.measure(host, { spikes: ['host-1', 'host-2'].includes(host) ? [1] : [] });
    await fleet.slot(0);

    await fleet.slot(1);

    expect(fleet.messages().map(({ group }) => group)).toEqual([null, null]);
    expect(fleet.toldOf()).toEqual(['firing host-1', 'firing host-2']);
  });
});

describe('what comes more than once', () => {
  test('fault 7: a planner that is started twice at once changes nothing', async () => {
    const fleet = await createCalm({ spikes: [1] });

    const planners = await Promise.all([fleet.runAt(1), fleet.runAt(1)]);
    const workers = await fleet.work();

    expect(planners.map(({ outcome }) => outcome)).toEqual(['success', 'success']);
    expect(workers).toHaveLength(6);
    expect(
      workers.every(({ result }) => JSON.stringify(result) === '{"batchItemFailures":[]}'),
    ).toBe(true);
    expect(fleet.toldOf()).toEqual(toldOnce('firing'));
    expect(fleet.watched()).toEqual([...HOSTS].sort());
    await fleet.slot(2);
    expect(fleet.toldOf().filter((text) => text.startsWith('resolved'))).toEqual(
      toldOnce('resolved'),
    );
  });

  test('fault 7: messages that the queue hands out twice at once change nothing', async () => {
    const fleet = await createCalm({ spikes: [1] });

    await fleet.runAt(1);
    fleet.duplicate();
    const workers = await fleet.work({ concurrency: 6 });

    expect(workers).toHaveLength(6);
    expect(fleet.dead.messages()).toEqual([]);
    expect(fleet.toldOf()).toEqual(toldOnce('firing'));
    expect(fleet.messages()).toHaveLength(1);
  });

  test('fault 8: an older slot after a newer one finds nothing to do', async () => {
    const fleet = await createCalm({ spikes: [1] });
    await fleet.slot(2);
    expect(fleet.toldOf()).toEqual([...toldOnce('firing'), ...toldOnce('resolved')]);

    const { workers } = await fleet.slot(1);

    expect(total(workers, 'SamplesScored')).toBe(0);
    expect(fleet.messages()).toHaveLength(2);
  });
});
