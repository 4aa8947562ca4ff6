import type { Config } from '@plumbline/config';
import {
  customMetricsOf,
  estimateBill,
  LOG_BYTES_OF_PLAN,
  LOG_BYTES_OF_RUN,
} from '@plumbline/estimate';
import { describe, expect, test } from 'vitest';
import { configOf, createEstate, type FunctionRun } from './testing/estate.ts';
import { createFleet, fleetConfigOf } from './testing/fleet.ts';

/** Slots of five minutes in the thirty days of a bill. */
const SLOTS = 8640;

/** What CloudWatch Logs counts of each line beside its text. */
const BYTES_OF_LINE = 26;

function logBytes({ logs }: Pick<FunctionRun, 'logs'>): number {
  const lines = logs.split('\n').filter((line) => line !== '');
  return lines.reduce((sum, line) => sum + Buffer.byteLength(line) + BYTES_OF_LINE, 0);
}

/** Metrics that a line in the embedded metric format declares. */
function metricsOf({ logs }: Pick<FunctionRun, 'logs'>): string[] {
  const line = logs.split('\n').find((text) => text.startsWith('{') && text.includes('"_aws"'));
  const [{ Metrics }] = JSON.parse(line ?? '{}')._aws.CloudWatchMetrics;
  return Metrics.map(({ Name }: { readonly Name: string }) => Name);
}

/** What the bill says of one slot. */
function perSlot(config: Config, id: string): number {
  const line = estimateBill(config).lines.find((one) => one.id === id);
  return (line?.amount ?? 0) / SLOTS;
}

describe('the bill of plumbline estimate', () => {
  test('counts the calls, the metrics and the log of a calm slot as they are', async () => {
    const config = configOf('web', 'db');
    const estate = await createEstate({ config });
    estate.measure('web');
    estate.measure('db');
    await estate.runAt(0);

    const run = await estate.runAt(1);

    expect(run.calls.GetObject).toBe(perSlot(config, 's3-reads'));
    expect(run.calls.PutObject).toBe(perSlot(config, 's3-writes'));
    expect(run.summary.counts.read).toBe(perSlot(config, 'metrics-read'));
    expect(metricsOf(run)).toHaveLength(customMetricsOf(config.deploy));
    expect(logBytes(run)).toBeLessThanOrEqual(LOG_BYTES_OF_RUN);
    expect(logBytes(run)).toBeGreaterThan(LOG_BYTES_OF_RUN / 2);
  });

  test('counts those of a planner and its workers', async () => {
    const found = 30;
    const base = fleetConfigOf();
    const config: Config = {
      ...base,
      monitors: base.monitors.map((monitor) => ({ ...monitor, maxSeries: found })),
      deploy: { ...base.deploy, shards: 3 },
    };
    const fleet = await createFleet({ config, shards: 3 });
    for (let host = 0; host < found; host++) fleet.measure(`host-${host}`);
    await fleet.slot(0);
    const calls = (run: FunctionRun, name: string): number => run.calls[name] ?? 0;

    const { planner, workers } = await fleet.slot(1);

    // Calls of workers are those of all of them: one list for the slot.
    const [worker] = workers;
    const reads = calls(planner, 'GetObject') + calls(worker!, 'GetObject');
    expect(reads).toBeLessThanOrEqual(perSlot(config, 's3-reads'));
    expect(reads).toBeGreaterThanOrEqual(perSlot(config, 's3-reads') - 3); // no plan, where all are remembered
    expect(calls(planner, 'PutObject') + calls(worker!, 'PutObject')).toBe(
      perSlot(config, 's3-writes'),
    );
    expect(1 + workers.length).toBe(perSlot(config, 'lambda-requests'));
    const published = new Set([planner, ...workers].flatMap(metricsOf));
    expect(published.size).toBe(customMetricsOf(config.deploy));
    expect(logBytes(planner)).toBeLessThanOrEqual(LOG_BYTES_OF_PLAN);
    expect(logBytes(planner)).toBeGreaterThan(LOG_BYTES_OF_PLAN / 2);
    for (const run of workers) expect(logBytes(run)).toBeLessThanOrEqual(LOG_BYTES_OF_RUN);
  });
});
