import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alertsIn, FAULT_NAMES, FAULTS, type Fault, idsOf, toldOf } from '../testing/run-faults.ts';
import { createScenario, TRAINED } from '../testing/scenario.ts';
import { calm } from '../testing/series.ts';

const SLOTS = 16;
/** Then all is well: a sample comes, and a run. */
const WELL = TRAINED + SLOTS;

/** Calm, spikes on both sides, and missing samples. */
const happenings = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.constant(undefined) },
    { weight: 2, arbitrary: fc.constantFrom(200, -100, 400) },
    { weight: 1, arbitrary: fc.constant(Number.NaN) },
  ),
  { minLength: SLOTS, maxLength: SLOTS },
);

function valuesOf(happened: readonly (number | undefined)[], seed: number): number[] {
  const quiet = calm(WELL + 1, { seed });
  return quiet.map((value, i) => (i < TRAINED ? value : (happened[i - TRAINED] ?? value)));
}

test('fault 7: whatever befalls the runs, each transition is told, and once all is well the state is the same', async () => {
  const fault = fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(...FAULT_NAMES) },
    // Often enough in a row for somebody to be told.
    { weight: 1, arbitrary: fc.constantFrom<Fault>('cannot read', 'cannot read one series') },
  );
  const faults = fc.array(fault, {
    minLength: SLOTS,
    maxLength: SLOTS,
  });
  await fc.assert(
    fc.asyncProperty(happenings, happenings, faults, async (web, db, schedule) => {
      const contents = { web: valuesOf(web, 1), db: valuesOf(db, 2) };
      const [calmly, roughly] = [createScenario(contents), createScenario(contents)];
      for (const scenario of [calmly, roughly]) await scenario.runAt(TRAINED - 1);

      await calmly.runThrough(TRAINED, WELL);
      for (const [i, fault] of schedule.entries()) await FAULTS[fault](roughly, TRAINED + i);
      await roughly.runAt(WELL);

      const [told, asItIs] = [roughly.sink.received, calmly.sink.received];
      expect(idsOf(toldOf(told, 'anomaly'))).toEqual(idsOf(toldOf(asItIs, 'anomaly')));
      const byId = new Map(asItIs.map((notification) => [notification.id, notification]));
      for (const notification of told) {
        const { condition, group } = notification.message;
        if (condition === 'anomaly' && group === null) {
          expect(notification).toEqual(byId.get(notification.id));
        }
      }
      const unseen = toldOf(told, 'cannot-see');
      expect(alertsIn('resolved', unseen)).toEqual(alertsIn('firing', unseen));
      expect(asItIs.every(({ message }) => message.condition === 'anomaly')).toBe(true);
      expect(await roughly.stored()).toEqual(await calmly.stored());
      expect((await roughly.stored()).outbox).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
