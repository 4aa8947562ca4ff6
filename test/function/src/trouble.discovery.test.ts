import { parseConfig } from '@plumbline/config';
import { describe, expect, test } from 'vitest';
import { createEstate } from './testing/estate.ts';

const CONFIG = parseConfig(`
version: 1
defaults: { period: 5m, window: 2h, resolveAfterSamples: 1, detector: { type: z-score, warmupSamples: 10 } }
monitors:
  - { name: web cpu, metric: { namespace: Shop, name: cpu, dimensions: { Host: web } } }
  - name: every cpu there
    metric: { namespace: Shop, name: cpu, dimensions: { Host: "*" } }
    region: eu-west-1
`);

const inOtherRegion = (_: unknown, { region }: { region: string }) => region === 'eu-west-1';

describe('metrics that cannot be looked for', () => {
  test('fault 9: for lack of an answer: what needs no looking for is watched all the same', async () => {
    const estate = await createEstate({ config: CONFIG, timeoutMs: 8_000 });
    estate.measure('web', { spikes: [1] });
    estate.aws.fail({
      operation: 'ListMetrics',
      when: inOtherRegion,
      with: { delayMs: 60_000 },
    });

    await estate.runAt(0);
    const run = await estate.runAt(1);

    expect(run.outcome).toBe('success');
    expect(run.line('discovery-failed')).toMatchObject({
      level: 'WARN',
      message: expect.stringMatching(/^ListMetrics: .*no answer in the time that was left$/),
      concerned: ['every cpu there'],
    });
    expect(estate.told()).toEqual(['firing web 1']);
  });

  test('for want of a permission: says which, and the others go on', async () => {
    const estate = await createEstate({ config: CONFIG });
    estate.measure('web', { spikes: [1] });
    estate.aws.deny('cloudwatch:ListMetrics');

    await estate.runAt(0);
    const run = await estate.runAt(1);

    expect(run.line('discovery-failed')).toMatchObject({
      message: expect.stringContaining('allow it cloudwatch:ListMetrics (docs/deploy.md)'),
      retryable: false,
    });
    expect(estate.told()).toEqual(['firing web 1']);
  });
});
