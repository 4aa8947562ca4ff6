import { expect, test } from 'vitest';
import { createEstate, type Estate, type EstateOptions } from './testing/estate.ts';

/** The client slows itself down, by chance more or less. */
const PATIENCE_MS = 90_000;

// They wait most of their time; so both at once.

async function beforeASpike({
  onTestFinished,
}: Required<Pick<EstateOptions, 'onTestFinished'>>): Promise<Estate> {
  const estate = await createEstate({ onTestFinished });
  estate.measure('web', { spikes: [1] });
  estate.measure('db');
  await estate.runAt(0);
  return estate;
}

test.concurrent(
  'fault 1: a read that is throttled for a while is tried again within the run',
  async (context) => {
    const estate = await beforeASpike(context);
    estate.aws.fail({ operation: 'GetMetricData', with: 'throttled', times: 2 });

    const run = await estate.runAt(1);

    expect(run.outcome).toBe('success');
    expect(run.calls).toMatchObject({ GetMetricData: 3 });
    expect(run.complaints).toEqual([]);
    expect(estate.told()).toEqual(['firing web 1']);
  },
  PATIENCE_MS,
);

test.concurrent(
  'fault 1: a read that is throttled for good is left to the next run, without a heartbeat',
  async (context) => {
    const estate = await beforeASpike(context);
    const mend = estate.aws.fail({ operation: 'GetMetricData', with: 'throttled' });

    const run = await estate.runAt(1);

    expect(run.outcome).toBe('success');
    expect(run.line('read-failed')).toMatchObject({
      level: 'WARN',
      message: expect.stringMatching(/^GetMetricData: Throttling: .*; next run$/),
      retryable: true,
      concernedCount: 2,
    });
    expect(run.summary.counts).toMatchObject({ read: 0, failed: 2, scored: 0 });
    expect(run.figures).not.toHaveProperty('Heartbeat');
    expect(estate.told()).toEqual([]);

    mend();
    await estate.runAt(2);
    expect(estate.told()).toEqual(['firing web 1', 'resolved web 2']);
  },
  PATIENCE_MS,
);
