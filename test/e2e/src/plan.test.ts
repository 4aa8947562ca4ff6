import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Config, parseConfig } from '@plumbline/config';
import { createTerraform, type PlannedChange } from '@plumbline/harness';
import { describeWith } from '@plumbline/harness/testing';
import { synthesise } from '@plumbline/infra';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const BUNDLE = join(ROOT, 'apps/lambda/dist/detect.mjs');

/** A plan of an empty account asks AWS nothing; if it did, nobody would answer here. */
const NOBODY = 'http://127.0.0.1:1';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** What Terraform would do with this configuration in an empty account, by address. */
async function planOf(config: Config): Promise<ReadonlyMap<string, PlannedChange>> {
  const out = mkdtempSync(join(tmpdir(), 'plumbline-plan-'));
  folders.push(out);
  const terraform = createTerraform(synthesise(config, { out, bundle: BUNDLE }), {
    endpoint: NOBODY,
  });
  await terraform.init();
  await terraform.validate();
  const { json } = await terraform.plan();
  const changes = (json.resource_changes ?? []).filter(
    ({ change }) => !change.actions.includes('read'), // policy documents, which create nothing
  );
  return new Map(changes.map((change) => [change.address, change]));
}

function configOf(path: string, edit = (text: string): string => text): Config {
  return parseConfig(edit(readFileSync(resolve(ROOT, path), 'utf8')), path);
}

await describeWith(['terraform'], 'what Terraform makes of the stack', () => {
  let plain: ReadonlyMap<string, PlannedChange>;
  let sharded: ReadonlyMap<string, PlannedChange>;
  let full: ReadonlyMap<string, PlannedChange>;

  beforeAll(async () => {
    plain = await planOf(configOf('plumbline.yaml'));
    const divided = (text: string): string => `${text}\ndeploy: {shards: 3}\n`;
    sharded = await planOf(configOf('plumbline.yaml', divided));
    // A provider that knows the newer runtime may not be at hand; all else stays.
    const olderRuntime = (text: string): string => text.replace('nodejs24.x', 'nodejs22.x');
    full = await planOf(configOf('infra/testdata/every-option.yaml', olderRuntime));
  }, 240_000);

  test('is valid, and creates only', () => {
    for (const plan of [plain, sharded, full]) {
      expect(plan.size).toBeGreaterThan(20);
      expect([...plan.values()].map(({ change }) => change.actions)).toEqual(
        Array.from(plan, () => ['create']),
      );
    }
  });

  test('has what the configuration says', () => {
    expect(plain.get('aws_lambda_function.detect')?.change.after).toMatchObject({
      function_name: 'infrastructure-anomaly-detector',
      memory_size: 256,
      timeout: 60,
      runtime: 'nodejs22.x',
      architectures: ['arm64'],
      source_code_hash: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
    });
    expect(full.get('aws_lambda_function.detect')?.change.after).toMatchObject({
      function_name: 'watch',
      memory_size: 1769,
      timeout: 120,
      architectures: ['x86_64'],
      tags_all: { team: 'platform', 'cost-center': '4711' },
    });
    expect(full.get('aws_kms_key.key')?.change.after).toMatchObject({ enable_key_rotation: true });
  });

  test('has a queue that invokes the function when there are several shards', () => {
    expect(sharded.get('aws_lambda_event_source_mapping.workers')?.change.after).toMatchObject({
      batch_size: 1,
      function_response_types: ['ReportBatchItemFailures'],
      scaling_config: [{ maximum_concurrency: 5 }],
    });
    expect(sharded.get('aws_sqs_queue.shards')?.change.after).toMatchObject({
      name: 'infrastructure-anomaly-detector-shards',
      sqs_managed_sse_enabled: true,
      visibility_timeout_seconds: 360,
    });
    expect(full.get('aws_sqs_queue.shards')?.change.after).toMatchObject({ name: 'watch-shards' });
    expect(sharded.get('aws_cloudwatch_metric_alarm.no_heartbeat')?.change.after).toMatchObject({
      threshold: 3,
    });
    expect(plain.has('aws_sqs_queue.shards')).toBe(false);
    expect(plain.has('aws_lambda_event_source_mapping.workers')).toBe(false);
  });

  test('has a dashboard unless told otherwise', () => {
    expect(plain.has('aws_cloudwatch_dashboard.dashboard')).toBe(true);
    expect(full.has('aws_cloudwatch_dashboard.dashboard')).toBe(false);
  });

  test('has no key unless asked for one', () => {
    expect(plain.has('aws_kms_key.key')).toBe(false);
  });
});
