import { parseConfig } from '@plumbline/config';
import { describe, expect, test } from 'vitest';
import { createEstate, type Estate, yamlOf } from './testing/estate.ts';
import { createFleet, fleetConfigOf, HOSTS } from './testing/fleet.ts';

const charted = (...hosts: readonly string[]) =>
  parseConfig(`${yamlOf(...hosts)}\ndeploy: { charts: true, memory: 512 }\n`, 'plumbline.yaml');

const ON = { CHARTS: 'on' };

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Width and height, as the first chunk of a PNG has them. */
function sizeOf(png: Uint8Array): readonly number[] {
  expect([...png.subarray(0, 8)]).toEqual(PNG_SIGNATURE);
  const view = new DataView(png.buffer, png.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
}

const picturesOf = ({ aws }: Estate): string[] =>
  [...aws.s3.objects('state').keys()].filter((key) => key.startsWith('charts/'));

async function afterASpike(...[options]: Parameters<typeof createEstate>) {
  const estate = await createEstate({ config: charted('web', 'db'), env: ON, ...options });
  estate.measure('web', { spikes: [1] });
  estate.measure('db');
  await estate.runAt(0);
  return estate;
}

describe('a page', () => {
  test('has a link to a picture, that who has it can look at until it is over', async () => {
    const estate = await afterASpike();

    const run = await estate.runAt(1);

    expect(run.complaints).toEqual([]);
    const [message] = estate.messages();
    const link = new URL(message!.chart_url!);
    expect(link.pathname).toBe(`/state/charts/${message!.transition_id}.png`);
    expect(link.searchParams.get('X-Amz-Expires')).toBe('43200');
    expect(link.searchParams.get('X-Amz-Signature')).toMatch(/^[0-9a-f]{64}$/);
    const answer = await fetch(link);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png']);
    const png = new Uint8Array(await answer.arrayBuffer());
    expect(sizeOf(png)).toEqual([800, 450]);
    expect(png.length).toBeLessThan(100_000);
    expect(estate.aws.events.received[0]?.detail).toMatchObject({ chart_url: message!.chart_url });
    expect(estate.aws.sns.published[0]?.bodies.email).toContain(`\n${message!.chart_url}\n`);
  });

  test('costs one more read and one more object, and its end costs none', async () => {
    const estate = await afterASpike();

    const { calls } = await estate.runAt(1);
    expect(calls).toMatchObject({ GetMetricData: 2, PutObject: 3 });
    await estate.runAt(2);

    expect(estate.told()).toEqual(['firing web 1', 'resolved web 2']);
    expect(estate.messages()[1]!.chart_url).toBeNull();
    expect(picturesOf(estate)).toHaveLength(1);
  });

  test('has none where charts are off', async () => {
    const estate = await afterASpike({ env: {} });

    const { calls } = await estate.runAt(1);

    expect(calls).toMatchObject({ GetMetricData: 1, PutObject: 2 });
    expect(estate.messages()[0]).toMatchObject({ state: 'firing', chart_url: null });
    expect(picturesOf(estate)).toEqual([]);
  });
});

describe('a page is told without a picture, and a note says why,', () => {
  test('when the picture cannot be kept', async () => {
    const estate = await afterASpike();
    const isChart = ({ Key = '' }: { Key?: string }) => Key.startsWith('charts/');
    estate.aws.fail({ operation: 'PutObject', when: isChart, with: { code: 'AccessDenied' } });

    const run = await estate.runAt(1);

    expect(run.outcome).toBe('success');
    expect(run.line('no-chart')).toMatchObject({
      level: 'WARN',
      message: expect.stringMatching(/^no chart in the message: PutObject: AccessDenied/),
    });
    expect(estate.told()).toEqual(['firing web 1']);
    expect(estate.messages()[0]!.chart_url).toBeNull();
  });

  test('when S3 does not answer in time', async () => {
    const estate = await afterASpike({ timeoutMs: 32_000 });
    const isChart = ({ Key = '' }: { Key?: string }) => Key.startsWith('charts/');
    estate.aws.fail({ operation: 'PutObject', when: isChart, with: { delayMs: 3_600_000 } });

    const run = await estate.runAt(1);

    expect(run.outcome).toBe('success');
    expect(run.line('no-chart').message).toMatch(/no answer in the time that was left$|too little/);
    expect(estate.told()).toEqual(['firing web 1']);
  });

  test('when there is too little time for one', async () => {
    const estate = await afterASpike({ timeoutMs: 10_000 });

    const run = await estate.runAt(1);

    expect(run.line('no-chart').message).toBe('no chart in the message: too little time left');
    expect(estate.told()).toEqual(['firing web 1']);
    expect(run.calls).toMatchObject({ GetMetricData: 1 });
  });

  test('when the archive has not what makes pictures', async () => {
    const estate = await createEstate({ env: ON });
    estate.measure('web', { spikes: [1] });
    estate.measure('db');
    await estate.runAt(0);

    const run = await estate.runAt(1);

    expect(run.line('no-chart').message).toMatch(/charts\.mjs/);
    expect(estate.told()).toEqual(['firing web 1']);
  });
});

test('pages of an estate in shards have pictures too, for the first few', async () => {
  const config = fleetConfigOf();
  const fleet = await createFleet({
    config: { ...config, deploy: { ...config.deploy, charts: { keepDays: 7 } } },
    timeoutMs: 60_000,
    env: ON,
  });
  const spiked = HOSTS.slice(0, 2);
  for (const host of HOSTS) fleet.measure(host, { spikes: spiked.includes(host) ? [1] : [] });
  await fleet.slot(0);
  await fleet.slot(1);

  const urls = fleet.messages().map(({ chart_url }) => chart_url);
  expect(urls).toHaveLength(2);
  for (const url of urls) {
    const answer = await fetch(url!);
    expect(sizeOf(new Uint8Array(await answer.arrayBuffer()))).toEqual([800, 450]);
  }
});

test('more pages than are told one by one have no picture', async () => {
  const hosts = Array.from({ length: 6 }, (_, i) => `host-${i}`);
  const estate = await createEstate({ config: charted(...hosts), env: ON });
  for (const host of hosts) estate.measure(host, { spikes: [1] });
  await estate.runAt(0);
  await estate.runAt(1);

  expect(estate.messages()).toMatchObject([{ alert: '6 alerts', chart_url: null }]);
  expect(picturesOf(estate)).toEqual([]);
});
