import { describe, expect, test } from 'vitest';
import { createEstate, type Estate } from './testing/estate.ts';

/** Two hosts that are known and calm; the newest sample of the next slot is a spike in one. */
async function beforeASpike(): Promise<Estate> {
  const estate = await createEstate();
  estate.measure('web', { spikes: [1] });
  estate.measure('db');
  await estate.runAt(0);
  return estate;
}

const CONFLICT = { code: 'ConditionalRequestConflict', status: 409 };
const PRECONDITION_FAILED = { code: 'PreconditionFailed', status: 412 };

const SUPERSEDED =
  'another run has committed shard shard-0 first; nothing was sent from this one, and nothing has to be done';

describe('a bucket that is not there', () => {
  test('is an error that names the variable; once it is there Lambda tries again with success', async () => {
    const estate = await createEstate({ without: 'bucket' });
    estate.measure('web', { spikes: [0] });
    estate.measure('db');

    const run = await estate.runAt(0);

    expect(run.outcome).toBe('error');
    expect(run.error).toMatchObject({
      errorType: 'AwsCallError',
      errorMessage: expect.stringMatching(
        /^GetObject: NoSuchBucket: .*; the bucket in STATE_BUCKET does not exist/,
      ),
    });
    expect(run.lines).toMatchObject([
      {
        level: 'ERROR',
        message: expect.stringMatching(/^run failed: GetObject: NoSuchBucket: .*STATE_BUCKET/),
      },
    ]);
    expect(run.figures).toBeUndefined();
    expect(run.calls).toEqual({ GetObject: 2 }); // the silences as well

    estate.createBucket();
    expect((await estate.runAt(0)).outcome).toBe('success');
    expect(estate.told()).toEqual(['firing web 0']);
  });
});

describe('a bucket that refuses', () => {
  test('to be read is an error before anything is read', async () => {
    const estate = await beforeASpike();
    const allow = estate.aws.deny('s3:GetObject');

    const run = await estate.runAt(1);

    expect(run.outcome).toBe('error');
    expect(run.lines).toMatchObject([
      {
        level: 'ERROR',
        message: expect.stringMatching(
          /^run failed: GetObject: AccessDenied: .*allow it s3:GetObject \(docs\/deploy\.md\)/,
        ),
      },
    ]);
    expect(run.calls).toEqual({ GetObject: 2 });

    allow();
    await estate.runAt(1);
    expect(estate.told()).toEqual(['firing web 1']);
  });

  test('to be written is an error, and nothing is sent that is not recorded', async () => {
    const estate = await beforeASpike();
    const allow = estate.aws.deny('s3:PutObject');

    const run = await estate.runAt(1);

    expect(run.outcome).toBe('error');
    expect(run.lines.at(-1)).toMatchObject({
      level: 'ERROR',
      message: expect.stringMatching(
        /^run failed: PutObject: AccessDenied: .*allow it s3:PutObject/,
      ),
    });
    expect(run.figures).toBeUndefined();
    expect(estate.told()).toEqual([]);

    allow();
    await estate.runAt(1);
    expect(estate.told()).toEqual(['firing web 1']);
  });

  test('to be listed keeps the first run from starting, and is named', async () => {
    const estate = await createEstate();
    estate.aws.deny('s3:ListBucket');

    const run = await estate.runAt(0);

    expect(run.outcome).toBe('error');
    expect(run.error?.errorMessage).toContain('allow it s3:ListBucket (docs/deploy.md)');
  });
});

describe('a write that is lost to another run', () => {
  test('fault 7: of the same slot: one alert, and one of the two says that it did nothing', async () => {
    const estate = await beforeASpike();
    await Promise.all([estate.runAt(0), estate.runAt(0)]); // two instances from here on
    estate.aws.fail({ operation: 'GetMetricData', with: { delayMs: 1_000 }, times: 2 });

    const runs = await Promise.all([estate.runAt(1), estate.runAt(1)]);

    expect(runs.map(({ outcome }) => outcome)).toEqual(['success', 'success']);
    expect(runs.map(({ summary }) => summary.outcome).sort()).toEqual(['committed', 'superseded']);
    const loser = runs.find(({ summary }) => summary.outcome === 'superseded')!;
    expect(loser.line('commit-lost')).toMatchObject({ level: 'WARN', message: SUPERSEDED });
    expect(loser.summary.counts).toMatchObject({ fired: 0, delivered: 0 });
    expect(loser.figures).toMatchObject({ Heartbeat: 1, AlertsFired: 0 });
    expect(estate.told()).toEqual(['firing web 1']);
    expect(estate.toldToMachines()).toEqual(['firing web 1']);

    expect((await estate.runAt(1)).summary.outcome).toBe('unchanged');
    expect(estate.told()).toEqual(['firing web 1']);
  });

  test('fault 7: 412: it sends nothing, and the next run finds what it found', async () => {
    const estate = await beforeASpike();
    estate.aws.fail({ operation: 'PutObject', with: PRECONDITION_FAILED, times: 1 });

    const run = await estate.runAt(1);

    expect(run.outcome).toBe('success');
    expect(run.summary).toMatchObject({ outcome: 'superseded', counts: { fired: 0 } });
    expect(run.line('commit-lost').message).toBe(SUPERSEDED);
    expect(estate.told()).toEqual([]);

    await estate.runAt(2);
    expect(estate.told()).toEqual(['firing web 1', 'resolved web 2']);
  });

  test('409 for a while: it is tried again, and nobody has to know', async () => {
    const estate = await beforeASpike();
    estate.aws.fail({ operation: 'PutObject', with: CONFLICT, times: 2 });

    const run = await estate.runAt(1);

    expect(run.summary.outcome).toBe('committed');
    expect(run.complaints).toEqual([]);
    expect(estate.told()).toEqual(['firing web 1']);
  });

  test('409 without end: it gives way, and the next run finds what it found', async () => {
    const estate = await beforeASpike();
    const mend = estate.aws.fail({ operation: 'PutObject', with: CONFLICT });

    const run = await estate.runAt(1);

    expect(run.outcome).toBe('success');
    expect(run.summary.outcome).toBe('superseded');
    expect(estate.told()).toEqual([]);

    mend();
    await estate.runAt(1);
    expect(estate.told()).toEqual(['firing web 1']);
  });

  test('whose answer alone was lost was its own: the alert is sent once', async () => {
    const estate = await beforeASpike();
    estate.aws.fail({ operation: 'PutObject', with: 'answer-lost', times: 1 });

    const run = await estate.runAt(1);

    expect(run.summary.outcome).toBe('committed');
    expect(run.complaints).toEqual([]);
    expect(estate.told()).toEqual(['firing web 1']);
  });

  test('fault 10: while alerts are sent: they may come again, under the same id', async () => {
    const estate = await beforeASpike();
    estate.aws.fail({ operation: 'PutObject', with: PRECONDITION_FAILED, skip: 1, times: 1 });

    const run = await estate.runAt(1);

    expect(run.outcome).toBe('success');
    expect(run.line('commit-lost')).toMatchObject({
      level: 'WARN',
      message:
        'shard shard-0 changed while its alerts were sent; they may be sent again, with the same transition_id',
    });
    await estate.runAt(1);
    expect(estate.told()).toEqual(['firing web 1', 'firing web 1']);
    const ids = new Set(estate.messages().map(({ transition_id }) => transition_id));
    expect(ids.size).toBe(1);
    await estate.runAt(1);
    expect(estate.told()).toHaveLength(2);
  });
});

describe('a state that is damaged', () => {
  test('fault 23: is said; the series are learned anew, and judged in the same run', async () => {
    const estate = await beforeASpike();
    const [bytes] = estate.stored();
    bytes![100]! ^= 1;

    const run = await estate.runAt(1);

    expect(run.outcome).toBe('success');
    expect(run.line('state-unreadable')).toMatchObject({
      level: 'WARN',
      message: expect.stringMatching(/^state of shard shard-0: .*; learning anew from history$/),
    });
    expect(run.summary).toMatchObject({ outcome: 'committed', counts: { read: 2, scored: 2 } });
    expect(estate.told()).toEqual(['firing web 1']);
  });
});
