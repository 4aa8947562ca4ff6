import { describe, expect, test } from 'vitest';
import { configOf, createEstate } from './testing/estate.ts';

/** Recalls the state and reads the silences, reads the metrics, and records what it has learned. */
const STEADY = { GetObject: 2, GetMetricData: 1, PutObject: 1 };
/** Recalls and looks for silences, and has nothing to do. */
const IDLE = { GetObject: 2 };

describe('a slot in which nothing happens', () => {
  test('is four calls: two to recall, one to read and one to record', async () => {
    const estate = await createEstate();
    estate.measure('web');
    estate.measure('db');
    await estate.runAt(0);

    const run = await estate.runAt(1);

    expect(run.outcome).toBe('success');
    expect(run.calls).toEqual(STEADY);
    expect(run.summary).toMatchObject({ outcome: 'committed', counts: { read: 2, scored: 2 } });
    expect(estate.told()).toEqual([]);
  });

  test('fault 37: is one line of the log, and one of figures with a heartbeat', async () => {
    const estate = await createEstate();
    estate.measure('web');
    estate.measure('db');
    await estate.runAt(0);

    const { lines, figures } = await estate.runAt(1);

    expect(lines).toMatchObject([
      {
        level: 'INFO',
        message: 'run finished',
        slot: new Date(estate.slotAt(1)).toISOString(),
        notes: {},
      },
    ]);
    expect(figures).toMatchObject({ Heartbeat: 1, SeriesWatched: 2, SeriesRead: 2 });
  });

  test('costs no more calls for forty series', async () => {
    const hosts = Array.from({ length: 40 }, (_, i) => `host-${i}`);
    const estate = await createEstate({ config: configOf(...hosts) });
    for (const host of hosts) estate.measure(host);
    await estate.runAt(0);

    const run = await estate.runAt(1);

    expect(run.calls).toEqual(STEADY);
    expect(run.summary.counts).toMatchObject({ read: 40, scored: 40 });
  });
});

describe('a schedule that fires twice in a slot', () => {
  test('fault 7: reads nothing and sends nothing the second time', async () => {
    const estate = await createEstate();
    estate.measure('web', { spikes: [1] });
    estate.measure('db');
    await estate.runAt(0);
    await estate.runAt(1);

    const second = await estate.runAt(1);

    expect(second.outcome).toBe('success');
    expect(second.calls).toEqual(IDLE);
    expect(second.summary).toMatchObject({ outcome: 'unchanged', counts: { due: 0, fired: 0 } });
    expect(second.figures?.Heartbeat).toBe(1);
    expect(estate.told()).toEqual(['firing web 1']);
  });

  test('fault 8: also when an older event comes after a newer one', async () => {
    const estate = await createEstate();
    estate.measure('web', { spikes: [1] });
    estate.measure('db');
    await estate.runAt(0);
    await estate.runAt(2);

    const late = await estate.runAt(1);

    expect(late.calls).toEqual(IDLE);
    expect(estate.told()).toEqual(['firing web 1', 'resolved web 2']);
  });
});

describe('a slot in which something happens', () => {
  test('is told by one call to each sink, and noted by one more to the bucket', async () => {
    const estate = await createEstate();
    estate.measure('web', { spikes: [1] });
    estate.measure('db', { spikes: [1] });
    await estate.runAt(0);

    const run = await estate.runAt(1);

    expect(run.calls).toEqual({ ...STEADY, PutObject: 2, PublishBatch: 1, PutEvents: 1 });
    expect((await estate.runAt(2)).calls).toMatchObject({ PutObject: 2 }); // they end
    expect((await estate.runAt(3)).calls).toEqual(STEADY);
  });

  test('is one line of the log more: what was told, and why', async () => {
    const estate = await createEstate();
    estate.measure('web', { spikes: [1] });
    estate.measure('db');
    await estate.runAt(0);

    const run = await estate.runAt(1);

    expect(run.lines).toHaveLength(2);
    expect(run.complaints).toEqual([]);
    expect(run.line('alerts')).toMatchObject({
      alerts: [
        { what: 'firing', reason: 'first-flagged', which: expect.stringMatching(/^web cpu: /) },
      ],
      alertCount: 1,
    });
  });

  test('fault 27: is one message when forty series break at once, and one when they recover', async () => {
    const hosts = Array.from({ length: 40 }, (_, i) => `host-${i}`);
    const config = { ...configOf(...hosts), pagesPerWeek: 100_000 };
    const estate = await createEstate({ config });
    for (const host of hosts) estate.measure(host, { spikes: [1] });
    await estate.runAt(0);

    const broken = await estate.runAt(1);
    await estate.runAt(2);

    expect(broken.calls).toMatchObject({ PublishBatch: 1, PutEvents: 1 });
    expect(estate.messages()).toMatchObject([
      { state: 'firing', alert: '40 alerts', group: { count: 40, pages: 40 } },
      { state: 'resolved', alert: '40 alerts', group: { count: 40 } },
    ]);
    expect(estate.toldToMachines()).toHaveLength(2);
    expect(estate.aws.sns.published[0]?.subject).toMatch(/^40 Anomalies Detected: host-0 cpu 1, /);
  });
});

describe('an alert', () => {
  test('opens, ends when the series is normal again, and a later slot opens another', async () => {
    const estate = await createEstate();
    estate.measure('web', { spikes: [1, 4] });
    estate.measure('db');

    for (let slot = 0; slot <= 5; slot++) await estate.runAt(slot);

    const expected = ['firing web 1', 'resolved web 2', 'firing web 4', 'resolved web 5'];
    expect(estate.told()).toEqual(expected);
    expect(estate.toldToMachines()).toEqual(expected);
    const ids = estate.messages().map(({ transition_id }) => transition_id);
    expect(new Set(ids).size).toBe(4);
  });

  test('soon after another is not told, if the monitor waits before it re-arms', async () => {
    const estate = await createEstate({ config: configOf(['web', 'rearm: 8h'], 'db') });
    estate.measure('web', { spikes: [1, 4] });
    estate.measure('db', { spikes: [4] });

    for (let slot = 0; slot <= 5; slot++) await estate.runAt(slot);

    expect(estate.told()).toEqual([
      'firing web 1',
      'resolved web 2',
      'firing db 4',
      'resolved db 5',
    ]);
  });

  test('that gets clearly worse is told again, of the same alert under an id of its own', async () => {
    const estate = await createEstate();
    estate.measure('web', { spikes: [1, 2], worse: [2] });
    estate.measure('db');

    for (let slot = 0; slot <= 3; slot++) await estate.runAt(slot);

    const messages = estate.messages();
    expect(estate.told()).toEqual(['firing web 1', 'firing web 2', 'resolved web 3']);
    expect(estate.toldToMachines()).toEqual(estate.told());
    expect(messages.map(({ reason }) => reason)).toEqual([
      'first-flagged',
      'clearly-worse',
      'recovered',
    ]);
    expect(new Set(messages.map(({ since }) => since)).size).toBe(1);
    expect(new Set(messages.map(({ transition_id }) => transition_id)).size).toBe(3);
  });

  test('beyond the budget of pages is for machines alone, and the log warns', async () => {
    const estate = await createEstate({ config: { ...configOf('web', 'db'), pagesPerWeek: 0.5 } });
    estate.measure('web', { spikes: [1] });
    estate.measure('db', { spikes: [3] });

    await estate.runAt(0);
    const paged = await estate.runAt(1);
    await estate.runAt(2);
    const noticed = await estate.runAt(3);

    expect(estate.told()).toEqual(['firing web 1', 'resolved web 2']);
    expect(estate.toldToMachines()).toEqual(['firing web 1', 'resolved web 2', 'firing db 3']);
    expect(paged.figures).toMatchObject({ AlertsFired: 1, AlertsPaged: 1 });
    expect(noticed.figures).toMatchObject({ AlertsFired: 1, AlertsPaged: 0 });
    expect(noticed.line('budget-overspent')).toMatchObject({
      level: 'WARN',
      message: expect.stringMatching(/^1 pages? in the last 7 days, the budget is 0\.5/),
    });
  });

  test('is one alert while the series stays far from normal', async () => {
    const estate = await createEstate();
    estate.measure('web', { spikes: [1, 2] });
    estate.measure('db');

    for (let slot = 0; slot <= 3; slot++) await estate.runAt(slot);

    expect(estate.told()).toEqual(['firing web 1', 'resolved web 3']);
  });

  test('fault 8: of slots that were missed comes with the next run, in order', async () => {
    const estate = await createEstate();
    estate.measure('web', { spikes: [2] });
    estate.measure('db');
    await estate.runAt(0);

    await estate.runAt(5);

    expect(estate.told()).toEqual(['firing web 2', 'resolved web 3']);
  });
});

test('fault 37: a function without monitors runs, and says that it lives', async () => {
  const estate = await createEstate({ config: { ...configOf('web'), monitors: [] } });

  const run = await estate.runAt(0);

  // There is no state yet, and none of another division into shards.
  expect(run).toMatchObject({ outcome: 'success', calls: { ...IDLE, ListObjectsV2: 1 } });
  expect(run.summary).toMatchObject({ outcome: 'unchanged', counts: { series: 0 } });
  expect(run.figures?.Heartbeat).toBe(1);
});
