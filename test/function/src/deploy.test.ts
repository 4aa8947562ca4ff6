import { describe, expect, test } from 'vitest';
import { configOf, createEstate, type Estate } from './testing/estate.ts';
import { createFleet, HOSTS, hostsOf, toldOnce } from './testing/fleet.ts';

/** An alert of `web` is open. */
async function withOpenAlert(spikes: readonly number[] = [1, 2, 3]): Promise<Estate> {
  const estate = await createEstate();
  estate.measure('web', { spikes });
  estate.measure('db');
  await estate.runAt(0);
  await estate.runAt(1);
  expect(estate.told()).toEqual(['firing web 1']);
  return estate;
}

describe('a configuration that is deployed while an alert is open', () => {
  test('fault 26: without its monitor ends it as no longer watched', async () => {
    const estate = await withOpenAlert();
    await estate.deploy({ config: configOf('db') });

    for (const slot of [2, 3]) await estate.runAt(slot);

    expect(estate.messages().slice(1)).toMatchObject([
      { state: 'resolved', cluster: 'web', reason: 'no-longer-watched' },
    ]);
    expect(estate.messages()[1]?.since).toBe(estate.messages()[0]?.since);
  });

  test('fault 26: with another detector leaves it the alert that it was', async () => {
    const estate = await withOpenAlert();
    const detector = 'detector: { type: interquartile-range, warmupSamples: 10 }';
    await estate.deploy({ config: configOf(['web', detector], 'db') });

    const run = await estate.runAt(2);
    for (const slot of [3, 4]) await estate.runAt(slot);

    expect(run.line('model-rebuilt')).toMatchObject({ level: 'WARN' });
    const [firing, resolved, ...others] = estate.messages();
    expect(others).toEqual([]);
    expect(resolved).toMatchObject({ state: 'resolved', since: firing?.since });
  });
});

/** Variables of an estate in one shard. */
const WHOLE = { SHARDS: '1', WORK_QUEUE_URL: '' };

describe('an estate that is divided while alerts are open', () => {
  test('from one shard into three: keeps them, and each ends as what it was', async () => {
    const fleet = await createFleet();
    for (const host of HOSTS) fleet.measure(host, { spikes: [1, 2] });
    await fleet.deploy({ env: WHOLE });
    await fleet.runAt(0);
    await fleet.runAt(1);
    expect(fleet.toldOf()).toEqual(toldOnce('firing'));

    await fleet.deploy({});
    const { workers } = await fleet.slot(2);
    const divided = workers.map((worker) => worker.line('shard-divided'));
    await fleet.slot(3);

    expect(divided).toMatchObject([{ level: 'INFO' }, { level: 'INFO' }, { level: 'INFO' }]);
    expect(workers.flatMap(({ complaints }) => complaints)).toEqual([]);
    // Learned anew they would have read two hours each.
    const read = workers.reduce((sum, { figures }) => sum + (figures?.SamplesScored ?? 0), 0);
    expect(read).toBe(HOSTS.length);
    expect(fleet.toldOf()).toEqual([...toldOnce('firing'), ...toldOnce('resolved')]);
  });

  test('from three into one: keeps them, and each ends as what it was', async () => {
    const fleet = await createFleet();
    const hosts = hostsOf(6);
    for (const host of hosts) fleet.measure(host, { spikes: [1, 2] });
    await fleet.slot(0);
    await fleet.slot(1);
    expect(fleet.toldOf()).toEqual(toldOnce('firing', hosts));

    await fleet.deploy({ env: WHOLE });
    const whole = await fleet.runAt(2);
    await fleet.runAt(3);

    expect(whole.line('shard-divided').message).toMatch(/^6 series are taken over/);
    expect(fleet.toldOf()).toEqual([...toldOnce('firing', hosts), ...toldOnce('resolved', hosts)]);
  });
});

test('an estate that is divided and comes back: nothing is told twice', async () => {
  const fleet = await createFleet();
  const hosts = hostsOf(6);
  for (const host of hosts) fleet.measure(host, { spikes: [1, 3, 4] });
  await fleet.deploy({ env: WHOLE });
  await fleet.runAt(0);
  await fleet.runAt(1); // they break, and their alerts are told
  await fleet.deploy({});
  await fleet.slot(2); // they end
  await fleet.slot(3); // they break again
  const before = fleet.toldOf();
  expect(before).toHaveLength(3 * hosts.length);

  await fleet.deploy({ env: WHOLE });
  await fleet.runAt(4);
  expect(fleet.toldOf()).toEqual(before);
  await fleet.runAt(5);
  expect(fleet.toldOf()).toHaveLength(4 * hosts.length);
});
