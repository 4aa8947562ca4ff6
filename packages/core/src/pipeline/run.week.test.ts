import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alertsIn, FAULT_NAMES, FAULTS, type Fault, idsOf, toldOf } from '../testing/run-faults.ts';
import { createScenario, type Scenario, TRAINED } from '../testing/scenario.ts';
import { calm, PERIOD_MS } from '../testing/series.ts';

const SLOTS = (7 * 24 * 3_600_000) / PERIOD_MS;
/** Then all is well: a sample comes, and a run. */
const WELL = TRAINED + SLOTS;
const NAMES = ['web', 'db', 'queue'];

/** In the course of the week. */
const moment = fc.integer({ min: TRAINED, max: WELL - 1 });

/** Calm, but for what happens: spikes of some samples on either side, and samples that are missing. */
const series = fc
  .array(
    fc.record({
      at: moment,
      length: fc.integer({ min: 1, max: 8 }),
      value: fc.constantFrom(200, -100, 400, Number.NaN),
    }),
    { maxLength: 40 },
  )
  .chain((events) =>
    fc.nat(1000).map((seed) => {
      const values = calm(WELL + 1, { seed });
      for (const { at, length, value } of events) {
        values.fill(value, at, Math.min(at + length, WELL));
      }
      return values;
    }),
  );

/** Runs of slots in which the same goes wrong: one, or an outage of up to sixteen hours. */
const troubles = fc.array(
  fc.record({
    at: moment,
    fault: fc.constantFrom(...FAULT_NAMES),
    slots: fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 1, max: 4 }) },
      { weight: 1, arbitrary: fc.integer({ min: 5, max: 190 }) },
    ),
  }),
  { minLength: 20, maxLength: 120 },
);

async function throughTheWeek(
  scenario: Scenario,
  faultAt: (index: number) => Fault,
): Promise<Scenario> {
  await scenario.runAt(TRAINED - 1);
  for (let index = TRAINED; index < WELL; index++) await FAULTS[faultAt(index)](scenario, index);
  await scenario.runAt(WELL);
  return scenario;
}

/**
 * Any interleaving of duplicate, late, concurrent, crashed and resumed runs over a week, with outages of whatever
 * there is, ends as a week in which nothing went wrong.
 */
test('fault 10: after a week of trouble the alerts are as after a calm one, none is lost and none invented', async () => {
  await fc.assert(
    fc.asyncProperty(fc.tuple(series, series, series), troubles, async (values, schedule) => {
      const contents = Object.fromEntries(NAMES.map((name, i) => [name, values[i]!]));
      const faults = new Map<number, Fault>();
      for (const { at, fault, slots } of schedule) {
        for (let index = at; index < at + slots; index++) faults.set(index, fault);
      }
      const calmly = await throughTheWeek(createScenario(contents), () => 'none');
      const roughly = await throughTheWeek(createScenario(contents), (index) => {
        return faults.get(index) ?? 'none';
      });

      const [asItIs, told] = [calmly.sink.received, roughly.sink.received];
      expect(new Set(idsOf(toldOf(told, 'anomaly')))).toEqual(
        new Set(idsOf(toldOf(asItIs, 'anomaly'))),
      );
      for (const condition of ['cannot-see', 'no-data'] as const) {
        const own = toldOf(told, condition);
        expect(alertsIn('resolved', own)).toEqual(alertsIn('firing', own));
      }
      expect((await roughly.stored()).outbox).toEqual([]);
      const alertsOf = async ({ stored }: Scenario) =>
        [...(await stored()).series].map(([key, { alert, watermark }]) => [key, alert, watermark]);
      expect(await alertsOf(roughly)).toEqual(await alertsOf(calmly));
    }),
    { numRuns: 8 },
  );
}, 120_000);
