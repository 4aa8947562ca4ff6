import {
  checkCredentials,
  createAwsClients,
  listMetrics,
  usualRegion,
} from '@plumbline/aws-adapters';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { callsOf } from './testing/aws.ts';
import { locatorOf, NOW, startMetrics } from './testing/metrics.ts';

const MINUTE_MS = 60_000;

async function startWith(hosts: readonly string[], minutesAgo = 1) {
  const started = await startMetrics();
  const samples = { timestamps: [NOW - minutesAgo * MINUTE_MS], values: [1] };
  for (const Host of hosts) started.aws.cloudwatch.put(locatorOf(Host), samples);
  return { ...started, samples };
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('the list of metrics', () => {
  test('has every page, and says how far it is', async () => {
    const { aws, clients } = await startWith(Array.from({ length: 1001 }, (_, i) => `h${i}`));
    const seen: number[] = [];
    const { metrics, more } = await listMetrics(clients, { onPage: (count) => seen.push(count) });
    expect(metrics).toHaveLength(1001);
    expect(metrics[0]).toEqual({
      namespace: 'Shop',
      metric: 'Latency',
      dimensions: { Host: 'h0' },
    });
    expect(more).toBe(false);
    expect(seen).toEqual([500, 1000, 1001]);
    expect(callsOf(aws, 'ListMetrics')).toHaveLength(3);
  });

  test('ends at so many pages, and says that there is more', async () => {
    const { clients } = await startWith(Array.from({ length: 1001 }, (_, i) => `h${i}`));
    const { metrics, more } = await listMetrics(clients, { mostPages: 2 });
    expect([metrics.length, more]).toEqual([1000, true]);
  });

  test('leaves out what has been silent for three hours, when asked for what is alive', async () => {
    const { aws, clients, samples } = await startWith(['old'], 4 * 60);
    aws.cloudwatch.put(locatorOf('new'), { ...samples, timestamps: [NOW - MINUTE_MS] });
    const hosts = async (recentlyActive: boolean) =>
      (await listMetrics(clients, { recentlyActive })).metrics.map(
        ({ dimensions }) => dimensions.Host,
      );
    expect(await hosts(true)).toEqual(['new']);
    expect(await hosts(false)).toEqual(['old', 'new']);
  });

  test('is of one namespace when it is named', async () => {
    const { aws, clients, samples } = await startWith(['web']);
    aws.cloudwatch.put({ namespace: 'Depot', metric: 'Stock', dimensions: {} }, samples);
    const { metrics } = await listMetrics(clients, { namespace: 'Depot' });
    expect(metrics).toEqual([{ namespace: 'Depot', metric: 'Stock', dimensions: {} }]);
  });

  test('fails with what AWS says, and what to do', async () => {
    const { aws, clients } = await startWith([]);
    aws.deny('cloudwatch:ListMetrics');
    await expect(listMetrics(clients)).rejects.toMatchObject({
      name: 'AwsCallError',
      code: 'AccessDenied',
      message: expect.stringContaining('allow it cloudwatch:ListMetrics'),
    });
  });
});

describe('without anything that names credentials or a region', () => {
  const nothing = () => {
    for (const name of [
      'AWS_ACCESS_KEY_ID',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_PROFILE',
      'AWS_REGION',
    ]) {
      vi.stubEnv(name, undefined);
    }
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('AWS_CONFIG_FILE', '/nowhere/config');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere/credentials');
  };

  test('there is no region, and the environment can name one', async () => {
    nothing();
    expect(await usualRegion()).toBeUndefined();
    vi.stubEnv('AWS_REGION', 'eu-west-3');
    expect(await usualRegion()).toBe('eu-west-3');
  });

  test('there are no credentials, and the environment can name some', async () => {
    nothing();
    await expect(checkCredentials(createAwsClients({ region: 'eu-west-3' }))).rejects.toMatchObject(
      {
        name: 'AwsCallError',
        code: 'CredentialsProviderError',
      },
    );
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    await checkCredentials(createAwsClients({ region: 'eu-west-3' }));
  });
});
