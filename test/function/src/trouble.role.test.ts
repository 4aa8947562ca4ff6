import { describe, expect, test } from 'vitest';
import { configOf, createEstate, type Estate } from './testing/estate.ts';

const ACCOUNT = '210987654321';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/reader`;

/** `web` in the function's own account, `db` in another one, read with a role of that. */
async function createTwoAccounts(): Promise<Estate> {
  const estate = await createEstate({ config: configOf('web', ['db', `role: '${ROLE}'`]) });
  estate.measure('web', { spikes: [1, 3] });
  estate.measure('db', { spikes: [1, 3], account: ACCOUNT });
  return estate;
}

const DB = expect.stringMatching(/^db cpu: .*role%2Freader@us-east-1.*Host=db/);

describe('a monitor with a role', () => {
  test('fault 34: that may not be assumed says so in every run, and the other monitor goes on', async () => {
    const estate = await createTwoAccounts();

    for (const slot of [0, 1]) {
      const run = await estate.runAt(slot);
      expect(run.outcome).toBe('success');
      expect(run.line('read-failed')).toMatchObject({
        level: 'WARN',
        message: expect.stringMatching(
          new RegExp(
            `AccessDenied: .*sts:AssumeRole on resource: ${ROLE}; .*allow it sts:AssumeRole`,
          ),
        ),
        retryable: false,
        concerned: [DB],
      });
      expect(run.figures).toMatchObject({ Heartbeat: 1, SeriesRead: 1, SeriesFailed: 1 });
    }
    expect(estate.told()).toEqual(['firing web 1']);
  });

  test('fault 34: is read from the moment that the role can be assumed', async () => {
    const estate = await createTwoAccounts();
    await estate.runAt(0);
    estate.aws.sts.allowRole(ROLE);

    const run = await estate.runAt(1);

    expect(run.complaints).toEqual([]);
    expect(run.summary.counts).toMatchObject({ read: 2, failed: 0 });
    expect([...estate.told()].sort()).toEqual(['firing db 1', 'firing web 1']);
  });

  test('keeps the credentials of the role from run to run', async () => {
    const estate = await createTwoAccounts();
    estate.aws.sts.allowRole(ROLE);

    expect((await estate.runAt(0)).calls).toMatchObject({ AssumeRole: 1 });
    expect((await estate.runAt(1)).calls).not.toHaveProperty('AssumeRole');
  });

  test('fault 34: whose credentials have expired says so; the next run assumes the role anew', async () => {
    const estate = await createTwoAccounts();
    estate.aws.sts.allowRole(ROLE);
    await estate.runAt(0);
    await estate.runAt(1);
    estate.aws.sts.expire(ROLE);

    const run = await estate.runAt(2);

    expect(run.outcome).toBe('success');
    expect(run.line('read-failed')).toMatchObject({
      level: 'WARN',
      message: expect.stringMatching(/^GetMetricData: ExpiredToken: /),
      concerned: [DB],
    });
    expect(estate.told()).toEqual(['firing web 1', 'firing db 1', 'resolved web 2']);

    const next = await estate.runAt(3);
    expect(next.calls).toMatchObject({ AssumeRole: 1 });
    expect(next.summary.counts).toMatchObject({ read: 2, failed: 0 });
    expect([...estate.told().slice(3)].sort()).toEqual([
      'firing db 3',
      'firing web 3',
      'resolved db 2',
    ]);
  });

  test('fault 34: that may be assumed and may not read says which permission the role lacks', async () => {
    const estate = await createTwoAccounts();
    estate.aws.sts.allowRole(ROLE, { actions: ['cloudwatch:ListMetrics'] });

    const run = await estate.runAt(0);

    expect(run.line('read-failed')).toMatchObject({
      message: expect.stringMatching(/assumed-role\/reader.*cloudwatch:GetMetricData/),
      concerned: [DB],
    });
    expect(run.summary.counts).toMatchObject({ read: 1 });
  });
});
