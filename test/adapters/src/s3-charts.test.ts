import { S3Client } from '@aws-sdk/client-s3';
import { createS3Charts } from '@plumbline/aws-adapters/s3-charts';
import { describe, expect, test, vi } from 'vitest';
import { callsOf, startAws } from './testing/aws.ts';

/** Stands for what makes pictures; the real one is tried with the function that is deployed. */
const rasterize = async (svg: string) => new TextEncoder().encode(`png of ${svg}`);
const CHART = { id: '0123456789abcdef0123456789abcdef', svg: '<svg/>' };
const KEY = `charts/${CHART.id}.png`;

async function started() {
  const { aws, clients } = await startAws();
  aws.s3.createBucket('state');
  return { aws, clients, charts: createS3Charts(clients, { bucket: 'state', rasterize }) };
}

describe('a picture in S3', () => {
  test('can be looked at by who has the link, and is called what it is', async () => {
    const { aws, charts } = await started();

    const url = await charts.make(CHART);

    const answer = await fetch(url);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('image/png');
    expect(await answer.text()).toBe('png of <svg/>');
    expect([...aws.s3.objects('state').keys()]).toEqual([KEY]);
  });

  test('has a link that is over after twelve hours, and is good for nothing else', async () => {
    const { aws, charts } = await started();
    const url = await charts.make(CHART);
    const HOUR_MS = 3_600_000;

    aws.skewClock(11.9 * HOUR_MS);
    expect((await fetch(url)).status).toBe(200);
    aws.skewClock(12.1 * HOUR_MS);
    const late = await fetch(url);
    expect([late.status, await late.text()]).toEqual([
      403,
      expect.stringContaining('Request has expired'),
    ]);
    expect(new URL(url).searchParams.get('X-Amz-SignedHeaders')).toBe('host');
  });

  test('has a link that names the session of who signed it, with whom it ends', async () => {
    const { clients } = await started();
    const credentials = {
      accessKeyId: 'ASIATEST',
      secretAccessKey: 'secret',
      sessionToken: 'a token/of+a role==',
    };
    const settings = { region: 'us-east-1', credentials, forcePathStyle: true };
    const s3 = new S3Client({ ...settings, endpoint: 'http://127.0.0.1:9' });
    vi.spyOn(s3, 'send').mockImplementation(async () => ({}));
    const charts = createS3Charts({ ...clients, s3: () => s3 }, { bucket: 'state', rasterize });

    const link = new URL(await charts.make(CHART));
    expect(link.searchParams.get('X-Amz-Security-Token')).toBe(credentials.sessionToken);
  });

  test('is the same when it is made again', async () => {
    const { aws, charts } = await started();
    await charts.make(CHART);
    await charts.make({ ...CHART, svg: '<svg>2</svg>' });

    expect([...aws.s3.objects('state')].map(([key, body]) => [key, String(body)])).toEqual([
      [KEY, expect.anything()],
    ]);
  });

  test.each(['', '../state/shard-0', 'a/b', 'x'.repeat(129), 'a b'])(
    'has no id of %j, which would be another place',
    async (id) => {
      const { aws, charts } = await started();
      await expect(charts.make({ ...CHART, id })).rejects.toThrow(RangeError);
      expect(aws.calls).toEqual([]);
    },
  );

  test('that S3 does not take is an error that says what to do', async () => {
    const { aws, charts } = await started();
    aws.deny('s3:PutObject');
    await expect(charts.make(CHART)).rejects.toThrow(
      /^PutObject: AccessDenied: .*allow it s3:PutObject/,
    );
  });

  test('that S3 does not take in time is given up', async () => {
    const { aws, charts } = await started();
    aws.fail({ operation: 'PutObject', with: { delayMs: 3_600_000 } });
    const end = performance.now() + 300;
    const remainingMs = () => end - performance.now();

    await expect(charts.make(CHART, { remainingMs })).rejects.toThrow(
      'no answer in the time that was left',
    );
    await expect(charts.make(CHART, { remainingMs })).rejects.toThrow('no time left');
    expect(callsOf(aws, 'PutObject').length).toBeLessThanOrEqual(1);
  });
});
