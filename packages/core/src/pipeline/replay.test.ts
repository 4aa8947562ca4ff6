import { describe, expect, test } from 'vitest';
import {
  createScenario,
  createStubSink,
  history,
  type Scenario,
  SHARD,
  TRAINED,
  watch,
} from '../testing/scenario.ts';
import { PERIOD_MS, timeOf } from '../testing/series.ts';
import type { WatchedSeries } from './monitor.ts';
import { replay } from './replay.ts';
import type { RunReport } from './stage.ts';

const CONTENTS = { web: history([50, 200]), db: history([200], { seed: 2 }) };
const WATCHED = [watch('web'), watch('db')];
const LAST = TRAINED + 6;

/** The reports of a replay from one sample to another, both judged; at most so many of them. */
async function replayed(
  { source, store, sink }: Scenario,
  first: number,
  last: number,
  {
    watched = WATCHED,
    atMost = Infinity,
  }: { watched?: readonly WatchedSeries[]; atMost?: number } = {},
): Promise<RunReport[]> {
  const request = { shard: SHARD, watched, firstMs: timeOf(first), lastMs: timeOf(last) };
  const reports: RunReport[] = [];
  for await (const report of replay(request, { source, store, sinks: [sink] })) {
    reports.push(report);
    if (reports.length >= atMost) break;
  }
  return reports;
}

describe('a replay', () => {
  test('is one run a slot, and tells what the runs would have told', async () => {
    const [live, past] = [createScenario(CONTENTS), createScenario(CONTENTS)];
    await live.runThrough(TRAINED - 1, LAST);
    const reports = await replayed(past, TRAINED - 1, LAST);
    expect(reports.map(({ slot }) => slot)).toEqual(
      Array.from({ length: 8 }, (_, i) => timeOf(TRAINED + i)),
    );
    expect(past.sink.received).toEqual(live.sink.received);
    expect(past.told()).toHaveLength(4);
    expect(await past.stored()).toEqual(await live.stored());
  });

  test('with nothing new to judge delivers what could not be delivered before', async () => {
    const scenario = createScenario(CONTENTS);
    const down = createStubSink('memory', () => ({
      delivered: false,
      reason: 'EACCES',
      retryable: true,
    }));
    await replayed({ ...scenario, sink: { ...scenario.sink, ...down } }, TRAINED - 1, LAST);
    expect(scenario.told()).toEqual([]);

    const [report, ...more] = await replayed(scenario, TRAINED - 1, LAST);
    expect(more).toEqual([]);
    expect(report?.counts).toMatchObject({ scored: 0, delivered: 4, outbox: 0 });
    expect(scenario.told()).toHaveLength(4);
    expect(await replayed(scenario, TRAINED - 1, LAST)).toEqual([]);
  });

  test('cut short it goes on where it was, with the same outcome', async () => {
    const [whole, pieces] = [createScenario(CONTENTS), createScenario(CONTENTS)];
    await replayed(whole, TRAINED - 1, LAST);
    const first = await replayed(pieces, TRAINED - 1, LAST, { atMost: 3 });
    const second = await replayed(pieces, TRAINED - 1, LAST);
    expect(second[0]?.slot).toBe(first.at(-1)!.slot + PERIOD_MS);
    expect(pieces.sink.received).toEqual(whole.sink.received);
    expect(await pieces.stored()).toEqual(await whole.stored());
  });

  test('finished it has nothing to do', async () => {
    const scenario = createScenario(CONTENTS);
    await replayed(scenario, TRAINED - 1, LAST);
    expect(await replayed(scenario, TRAINED - 1, LAST)).toEqual([]);
  });

  test('of nothing, or backwards, is no runs', async () => {
    const scenario = createScenario(CONTENTS);
    expect(await replayed(scenario, TRAINED, LAST, { watched: [] })).toEqual([]);
    expect(await replayed(scenario, LAST, TRAINED)).toEqual([]);
  });

  test('takes series of other periods and settle times at the slots that are theirs, in the order of time', async () => {
    const pair = [watch('web'), watch('db', { periodMs: 2 * PERIOD_MS, settleMs: PERIOD_MS })];
    for (const watched of [pair, pair.toReversed()]) {
      const reports = await replayed(createScenario(CONTENTS), TRAINED, TRAINED + 2, { watched });
      const slots = reports.map(({ slot }) => (slot - timeOf(TRAINED)) / PERIOD_MS);
      expect(slots).toEqual([1, 2, 3, 4, 6]);
    }
  });

  test('of a single sample is one run', async () => {
    const reports = await replayed(createScenario(CONTENTS), TRAINED, TRAINED);
    expect(reports.map(({ slot }) => slot)).toEqual([timeOf(TRAINED + 1)]);
  });

  test('that has something to judge delivers with it what could not be delivered before', async () => {
    const scenario = createScenario(CONTENTS);
    const down = createStubSink('memory', () => {
      return { delivered: false, reason: 'EACCES', retryable: true };
    });
    await replayed({ ...scenario, sink: { ...scenario.sink, ...down } }, TRAINED - 1, LAST - 1);
    const reports = await replayed(scenario, TRAINED - 1, LAST);
    expect(reports.map(({ slot }) => slot)).toEqual([timeOf(LAST + 1)]);
    expect(scenario.told()).toHaveLength(4);
  });

  test('starts anew over a state that cannot be read, and says so', async () => {
    const scenario = createScenario(CONTENTS);
    await scenario.store.commit(SHARD, new Uint8Array(3), undefined);
    const [first] = await replayed(scenario, TRAINED - 1, LAST);
    expect(first?.notes).toMatchObject([{ kind: 'state-unreadable' }]);
    expect(scenario.told()).toHaveLength(4);
  });
});
