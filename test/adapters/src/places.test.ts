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
  ])('is a failure with advice when its role %s, and others go on', async (_, role) => {
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

  test('is a failure with advice when its role may not read, and others go on', async () => {
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

  test('is a failure when its credentials have expired, until the role is taken on anew', async () => {
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
});
