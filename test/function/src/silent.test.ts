import { describe, expect, test } from 'vitest';
import { configOf, createEstate, type Estate } from './testing/estate.ts';

async function runThrough(estate: Estate, first: number, last: number): Promise<void> {
  for (let slot = first; slot <= last; slot++) await estate.runAt(slot);
}

/** `web` stops to report before the third slot, and comes back with the eighth; `db` goes on. */
async function withPause(missing: string): Promise<Estate> {
  const estate = await createEstate({ config: configOf(['web', `missing: ${missing}`], 'db') });
  estate.measure('web', { until: 2 });
  estate.measure('web', { from: 8 });
  estate.measure('db');
  await runThrough(estate, 0, 9);
  return estate;
}

describe('a metric that disappears', () => {
  test('fault 18: whose missing samples mean trouble is a page, once, and so is its return', async () => {
    const estate = await withPause('breaching');

    // The newest sample is that of the second slot: three periods later there has been none for long enough.
    expect(estate.told()).toEqual(['no-data firing web 4', 'no-data resolved web 8']);
    expect(estate.toldToMachines()).toEqual(estate.told());
    expect(estate.messages()[0]).toMatchObject({
      alert: 'web cpu',
      condition: 'no-data',
      severity: 'page',
      reason: 'went-silent',
      current_value: null,
    });
    expect(estate.aws.sns.published[0]?.subject).toBe('web cpu: No Data (web)');
  });

  test.each(['missing', 'ignore', 'notBreaching'])(
    'fault 18: is not told within minutes where that means %s',
    async (missing) => {
      const estate = await withPause(missing);
      expect(estate.told()).toEqual([]);
      expect(estate.toldToMachines()).toEqual([]);
    },
  );

  test('fault 18: ends its alert where that means that all is well', async () => {
    const estate = await createEstate({ config: configOf(['web', 'missing: notBreaching'], 'db') });
    estate.measure('web', { spikes: [1], until: 2 });
    estate.measure('db');

    await runThrough(estate, 0, 6);

    expect(estate.told()).toEqual(['firing web 1', 'resolved web 7']);
    expect(estate.messages()[1]).toMatchObject({ reason: 'went-silent' });
  });

  test('fault 18: has its alert stay open where nobody knows what that means', async () => {
    const estate = await createEstate();
    estate.measure('web', { spikes: [1], until: 2 });
    estate.measure('db');

    await runThrough(estate, 0, 8);

    expect(estate.told()).toEqual(['firing web 1']);
  });

  test('fault 18: of a counter that is silent when nothing happens is a row of zeros', async () => {
    const estate = await createEstate({ config: configOf(['web', 'missing: zero']) });
    estate.measure('web', { until: 2 });

    await runThrough(estate, 0, 3);

    expect(estate.told()).toEqual(['firing web 2']); // from about 50 down to 0
    expect(estate.messages()[0]).toMatchObject({ current_value: 0, side: 'below' });
  });
});

describe('samples that come late', () => {
  test('fault 5: are judged when they have settled, and not before', async () => {
    const estate = await createEstate();
    estate.measure('web', { spikes: [3] }); // there from the first slot on, as far as the clock allows
    estate.measure('db');

    await runThrough(estate, 0, 2);
    expect(estate.told()).toEqual([]);
    await estate.runAt(3);
    expect(estate.told()).toEqual(['firing web 3']);
  });

  test('fault 6: after the ones that follow are noted, and nobody is told', async () => {
    const estate = await createEstate();
    estate.measure('web', { until: 1 });
    estate.measure('web', { from: 2 });
    estate.measure('db');
    await runThrough(estate, 0, 2);

    estate.measure('web', { from: 1, until: 2, spikes: [1] });
    const run = await estate.runAt(3);
    await runThrough(estate, 4, 5);

    expect(run.line('read-late')).toMatchObject({
      message: expect.stringMatching(/^1 sample came late, .*: not judged, and nobody is told$/),
      concerned: [expect.stringMatching(/^web cpu: /)],
    });
    expect(estate.told()).toEqual([]);
  });
});
