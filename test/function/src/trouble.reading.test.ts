import { describe, expect, test } from 'vitest';
import { createEstate, type Estate } from './testing/estate.ts';
import { answerInPages, failHost } from './testing/faults.ts';

/** Two hosts that are known and calm; the newest sample of the next slot is a spike in both. */
async function beforeASpike(): Promise<Estate> {
  const estate = await createEstate();
  estate.measure('web', { spikes: [1] });
  estate.measure('db', { spikes: [1] });
  await estate.runAt(0);
  return estate;
}

/** What is told once `db` can be read again: what happened meanwhile, as it happened. */
const CAUGHT_UP = ['firing db 1', 'firing web 1', 'resolved db 2', 'resolved web 2'];

const DB = expect.stringMatching(/^db cpu: cloudwatch:.*Host=db#Average$/);

describe('a series that CloudWatch does not give', () => {
  test.each([
    [
      'it is not allowed to read',
      'forbidden',
      {
        message: expect.stringMatching(/^Forbidden: .*allow it cloudwatch:GetMetricData there/),
        retryable: false,
      },
    ],
    [
      'CloudWatch stumbles over',
      'internal-error',
      { message: 'InternalError: CloudWatch stumbled over it; next run', retryable: true },
    ],
    [
      'CloudWatch says nothing of',
      'missing',
      { message: 'CloudWatch gave no answer for it; next run', retryable: true },
    ],
  ] as const)(
    'fault 3: because %s: it alone is left out, and is caught up with',
    async (_, fault, line) => {
      const estate = await beforeASpike();
      const mend = failHost(estate.aws, 'db', fault);

      const run = await estate.runAt(1);

      expect(run.outcome).toBe('success');
      expect(run.line('read-failed')).toMatchObject({ level: 'WARN', ...line, concerned: [DB] });
      expect(run.summary.counts).toMatchObject({ due: 2, read: 1, failed: 1, scored: 1 });
      expect(run.figures).toMatchObject({ Heartbeat: 1, SeriesFailed: 1 });
      expect(estate.told()).toEqual(['firing web 1']);

      mend();
      await estate.runAt(2);
      expect([...estate.told()].sort()).toEqual(CAUGHT_UP);
    },
  );

  test('because it does not exist: the log says what to look at, in every run', async () => {
    const estate = await createEstate();
    estate.measure('web', { spikes: [1] });

    for (const slot of [0, 1]) {
      const run = await estate.runAt(slot);

      expect(run.outcome).toBe('success');
      expect(run.line('no-samples')).toMatchObject({
        level: 'WARN',
        message: expect.stringMatching(
          /^no samples since \d{4}-.*Z: check that it exists under exactly this name, place and dimensions$/,
        ),
        concerned: [DB],
      });
      expect(run.summary.counts).toMatchObject({ scored: 1 });
    }
    expect(estate.told()).toEqual(['firing web 1']);
  });
});

describe('a call that CloudWatch refuses as a whole', () => {
  test('fault 37: for lack of a permission: nothing is concluded, and the heartbeat stops', async () => {
    const estate = await beforeASpike();
    const allow = estate.aws.deny('cloudwatch:GetMetricData');

    const run = await estate.runAt(1);

    expect(run.outcome).toBe('success');
    expect(run.line('read-failed')).toMatchObject({
      level: 'WARN',
      message: expect.stringMatching(
        /^GetMetricData: AccessDenied: .*allow it cloudwatch:GetMetricData \(docs\/deploy\.md\)/,
      ),
      retryable: false,
      concernedCount: 2,
    });
    expect(run.summary.counts).toMatchObject({ read: 0, failed: 2, scored: 0, unseen: 0 });
    expect(run.figures).not.toHaveProperty('Heartbeat');
    expect(run.calls).toMatchObject({ PutObject: 1 }); // that it could not be read, for the first time
    expect(estate.told()).toEqual([]);

    allow();
    await estate.runAt(2);
    expect([...estate.told()].sort()).toEqual(CAUGHT_UP);
  });

  test.each(['dropped', 'garbage', 'internalFailure'] as const)(
    'or does not answer (%s): tried again within the run, then left to the next',
    async (fault) => {
      const estate = await beforeASpike();
      const mend = estate.aws.fail({ operation: 'GetMetricData', with: fault });

      const run = await estate.runAt(1);

      expect(run.outcome).toBe('success');
      expect(run.line('read-failed')).toMatchObject({
        level: 'WARN',
        message: expect.stringMatching(/^GetMetricData: .*; next run$/),
        retryable: true,
        concernedCount: 2,
      });
      expect(run.figures).not.toHaveProperty('Heartbeat');
      expect(estate.told()).toEqual([]);

      mend();
      await estate.runAt(2);
      expect([...estate.told()].sort()).toEqual(CAUGHT_UP);
    },
  );

  test('once, and then answers: nobody has to know', async () => {
    const estate = await beforeASpike();
    estate.aws.fail({ operation: 'GetMetricData', with: 'dropped', times: 1 });

    const run = await estate.runAt(1);

    expect(run.calls).toMatchObject({ GetMetricData: 2 });
    expect(run.complaints).toEqual([]);
    expect(estate.told()).toHaveLength(2);
  });
});

describe('an answer that breaks off', () => {
  test('fault 2: as PartialData without more: the sample that is not there is waited for', async () => {
    const estate = await beforeASpike();
    const mend = failHost(estate.aws, 'db', 'partial');

    const run = await estate.runAt(1);

    expect(run.outcome).toBe('success');
    expect(run.line('read-partial')).toMatchObject({
      level: 'INFO',
      message: 'more samples exist; next run',
      concerned: [DB],
    });
    expect(run.summary.counts).toMatchObject({ scored: 1 });
    expect(estate.told()).toEqual(['firing web 1']);

    mend();
    await estate.runAt(2);
    expect([...estate.told()].sort()).toEqual(CAUGHT_UP);
  });

  test('fault 2: between two pages: what came is judged, and the next run goes on behind it', async () => {
    const estate = await createEstate();
    estate.measure('web', { spikes: [0] });
    estate.measure('db', { spikes: [0] });
    const isSecondPage = ({ NextToken }: { NextToken?: string }) => NextToken !== undefined;
    const mend = estate.aws.fail({
      operation: 'GetMetricData',
      when: isSecondPage,
      with: 'dropped',
    });
    answerInPages(estate.aws, 30); // all 24 samples of `web`, and 6 of `db`

    const run = await estate.runAt(0);

    expect(run.outcome).toBe('success');
    expect(run.line('read-partial')).toMatchObject({ concerned: [DB] });
    expect(run.summary.counts).toMatchObject({ samples: 30, fired: 1 });
    expect(estate.told()).toEqual(['firing web 0']);

    mend();
    const next = await estate.runAt(0);
    expect(next.summary.counts).toMatchObject({ samples: 18, fired: 1 });
    expect(estate.told()).toEqual(['firing web 0', 'firing db 0']);
  });

  test('fault 2: in pages that all come is whole', async () => {
    const estate = await createEstate();
    estate.measure('web', { spikes: [0] });
    estate.measure('db', { spikes: [0] });
    answerInPages(estate.aws, 10);

    const run = await estate.runAt(0);

    expect(run.calls).toMatchObject({ GetMetricData: 5 });
    expect(run.summary.counts).toMatchObject({ samples: 48, fired: 2 });
  });
});

describe('an open alert whose series cannot be read', () => {
  test.each(['forbidden', 'internal-error', 'partial'] as const)(
    'fault 3: stays open, and nothing is resolved, until it is read again (%s)',
    async (fault) => {
      const estate = await beforeASpike();
      await estate.runAt(1);
      const mend = failHost(estate.aws, 'db', fault);

      await estate.runAt(2);

      expect(estate.told()).toEqual(['firing web 1', 'firing db 1', 'resolved web 2']);
      mend();
      await estate.runAt(3);
      expect(estate.told().slice(3)).toEqual(['resolved db 2']);
    },
  );
});
