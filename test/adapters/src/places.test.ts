import { samplesOf } from '@plumbline/core/testing';
import type { Fault } from '@plumbline/harness';
import { describe, expect, test } from 'vitest';
import { callsOf } from './testing/aws.ts';
import { locatorOf, startMetrics, valuesOf } from './testing/metrics.ts';

const OTHER_ACCOUNT = '210987654321';
const ROLE = `arn:aws:iam::${OTHER_ACCOUNT}:role/plumbline-reader`;

const here = locatorOf('web');
const elsewhere = locatorOf('web', { region: 'eu-west-1' });
const theirs = locatorOf('web', { role: ROLE });
const theirsElsewhere = locatorOf('web', { role: ROLE, region: 'eu-west-1' });

/** The same metric in two regions of two accounts, with another value in each. */
async function startPlaces() {
  const started = await startMetrics();
  started.put(here, [1]);
  started.put(elsewhere, [2]);
  started.put(theirs, [3], { account: OTHER_ACCOUNT });
  started.put(theirsElsewhere, [4], { account: OTHER_ACCOUNT });
  return started;
}

/** Some of what was asked of CloudWatch: where, and as whom. */
const placesAsked = ({ calls }: Awaited<ReturnType<typeof startPlaces>>['aws']) =>
  calls
    .filter(({ service }) => service === 'cloudwatch')
    .map(({ region, account }) => `${account} ${region}`)
    .sort();

/** How AWS says that a role may not do something, or not any more. */
const denied = (action: string): Fault => {
  const message = `User: ${ROLE} is not authorized to perform: ${action} with an explicit deny`;
  return { code: 'AccessDenied', status: 403, message };
};

describe('a metric in another place', () => {
  test('is asked for in its region, with the credentials of its role', async () => {
    const { aws, read } = await startPlaces();
    aws.sts.allowRole(ROLE, { actions: ['cloudwatch:GetMetricData'] });

    const results = await read([theirs, elsewhere, here, theirsElsewhere]);

    expect(results.map(valuesOf)).toEqual([[3], [2], [1], [4]]);
    expect(placesAsked(aws)).toEqual([
      `${aws.account} eu-west-1`,
      `${aws.account} us-east-1`,
      `${OTHER_ACCOUNT} eu-west-1`,
      `${OTHER_ACCOUNT} us-east-1`,
    ]);
    for (const { input, region } of callsOf(aws, 'AssumeRole')) {
      expect(input).toMatchObject({ RoleArn: ROLE, RoleSessionName: 'plumbline' });
      // Of the region that the function runs in: global STS is one region far away.
      expect(region).toBe('us-east-1');
    }
  });

  test('is asked for with the same credentials until they expire', async () => {
    const { aws, read } = await startPlaces();
    aws.sts.allowRole(ROLE);

    for (let slot = 0; slot < 3; slot++)
      expect((await read([theirs])).map(valuesOf)).toEqual([[3]]);

    expect(callsOf(aws, 'AssumeRole')).toHaveLength(1);
  });

  test('is discovered there', async () => {
    const { aws, put, source } = await startPlaces();
    aws.sts.allowRole(ROLE);
    put(locatorOf('db', { role: ROLE }), [5], { account: OTHER_ACCOUNT });

    const found = await source.discover({ ...theirs, dimensions: { Host: '*' } });

    expect(found.map(({ resource }) => resource)).toEqual(['db', 'web']);
    for (const { locator } of found) expect(locator).toMatchObject({ role: ROLE });
  });

  test('is another series, whatever else is the same', async () => {
    const { source } = await startPlaces();
    const everywhere = [here, elsewhere, theirs, theirsElsewhere];

    const found = await Promise.all(everywhere.map((locator) => source.discover(locator)));
    const [named] = await source.discover({ ...here, region: 'us-east-1' });

    expect(new Set(found.flat().map(({ id }) => id)).size).toBe(4);
    expect(named?.id).toBe(found[0]?.[0]?.id);
  });

  test.each([
    ['does not trust us', ROLE],
    ['is none', 'reader'],
  ])('fault 34: is a failure with advice when its role %s, and others go on', async (_, role) => {
    const { aws, read } = await startPlaces();

    const results = await read([locatorOf('web', { role }), here]);

    expect(results).toMatchObject([
      {
        status: 'failed',
        reason: expect.stringMatching(
          /^GetMetricData: AccessDenied: .*allow it sts:AssumeRole .*let that role trust it$/,
        ),
        retryable: false,
      },
      { status: 'complete', values: [1] },
    ]);
    expect(callsOf(aws, 'GetMetricData')).toHaveLength(1);
  });

  test('fault 34: is a failure with advice when its role may not read, and others go on', async () => {
    const { aws, read } = await startPlaces();
    aws.sts.allowRole(ROLE, { actions: ['cloudwatch:ListMetrics'] });

    const results = await read([theirs, here]);

    expect(results).toMatchObject([
      {
        status: 'failed',
        reason: expect.stringContaining('allow it cloudwatch:GetMetricData'),
        retryable: false,
      },
      { status: 'complete', values: [1] },
    ]);
  });

  test('fault 34: is a failure when its credentials have expired, until the role is taken on anew', async () => {
    const { aws, read } = await startPlaces();
    aws.sts.allowRole(ROLE);
    await read([theirs]);
    aws.sts.expire(ROLE);

    const results = await read([theirs, here]);
    const later = await read([theirs]);

    expect(results).toMatchObject([
      { status: 'failed', reason: expect.stringContaining('no longer valid') },
      { status: 'complete', values: [1] },
    ]);
    expect(later.map(valuesOf)).toEqual([[3]]);
    expect(callsOf(aws, 'AssumeRole')).toHaveLength(2);
  });

  test.each([
    ['its sessions are revoked', denied('cloudwatch:GetMetricData'), 'allow it cloudwatch:'],
    ['its role is deleted', { code: 'InvalidClientTokenId', status: 403 }, 'no longer valid'],
  ])(
    'fault 34: cannot be seen once %s in mid-life, until the role can be had again, and others go on',
    async (_, fault, advice) => {
      const { aws, read } = await startPlaces();
      const third = { account: '345678901234', role: 'arn:aws:iam::345678901234:role/reader' };
      aws.cloudwatch.put({ ...here, account: third.account }, samplesOf([5]));
      for (const role of [ROLE, third.role]) aws.sts.allowRole(role);
      const everywhere = [theirs, here, locatorOf('web', { role: third.role })];
      const before = await read(everywhere);
      const known = new Set(aws.calls.map(({ accessKeyId }) => accessKeyId));
      aws.fail({
        operation: 'GetMetricData',
        when: (_input, { account, accessKeyId }) =>
          account === OTHER_ACCOUNT && known.has(accessKeyId),
        with: fault,
      });
      const giveBack = aws.fail({
        operation: 'AssumeRole',
        when: ({ RoleArn }: { RoleArn: string }) => RoleArn === ROLE,
        with: denied('sts:AssumeRole'),
      });

      const revoked = await read(everywhere);
      const later = await read(everywhere);
      giveBack();
      const again = await read(everywhere);

      const well = [{ values: [1] }, { values: [5] }];
      const blind = (reason: string) => {
        return { status: 'failed', reason: expect.stringContaining(reason), retryable: false };
      };
      expect(before).toMatchObject([{ values: [3] }, ...well]);
      expect(revoked).toMatchObject([blind(advice), ...well]);
      expect(later).toMatchObject([blind('allow it sts:AssumeRole'), ...well]);
      expect(again).toMatchObject([{ values: [3] }, ...well]);
    },
  );
});
