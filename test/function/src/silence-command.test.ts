import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type AwsDouble, createAwsDouble } from '@plumbline/harness';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { environmentAt, type Outcome, plumbline as plumblineAt } from './testing/cli.ts';

const CONFIG = `version: 1
deploy: { region: us-east-1 }
monitors:
  - name: CPU
    metric: { namespace: AWS/EC2, name: CPUUtilization, dimensions: { InstanceId: "*" } }
`;

let aws: AwsDouble;
let folder: string;
beforeEach(async () => {
  aws = await createAwsDouble();
  folder = mkdtempSync(join(tmpdir(), 'plumbline-silence-'));
  writeFileSync(join(folder, 'plumbline.yaml'), CONFIG);
});
afterEach(async () => {
  await aws.close();
  rmSync(folder, { recursive: true });
});

function plumbline(...args: readonly string[]): Promise<Outcome> {
  return plumblineAt(args, { cwd: folder, env: environmentAt(aws.endpoint) });
}

const ADD = ['silence', 'add', 'monitor=CPU', 'InstanceId=i-*', '--for', '2h', '--why', 'kernel'];

test('a silence is an object in the state bucket, which is found by the beginning of its name', async () => {
  aws.s3.createBucket('plumbline-state-20261126');
  aws.s3.createBucket('somebody-elses');
  const { code, stdout, stderr } = await plumbline(...ADD);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('(bucket plumbline-state-20261126)');
  expect([...aws.s3.objects('plumbline-state-20261126').keys()]).toEqual(['control/silences.json']);
  expect([...aws.s3.objects('somebody-elses').keys()]).toEqual([]);

  const listed = await plumbline('silence', 'list', '--json');
  expect(JSON.parse(listed.stdout)).toMatchObject([
    { match: { monitor: 'CPU', InstanceId: 'i-*' }, why: 'kernel' },
  ]);
});

test('two who add a silence at once both have theirs', async () => {
  aws.s3.createBucket('plumbline-state-1');
  const outcomes = await Promise.all([plumbline(...ADD), plumbline(...ADD), plumbline(...ADD)]);
  expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 0]);
  const { stdout } = await plumbline('silence', 'list', '--json');
  expect(JSON.parse(stdout)).toHaveLength(3);
});

test('without a bucket, or with several, it says what to do, and ends with 3', async () => {
  const none = await plumbline(...ADD);
  expect(none.stderr).toContain('no bucket in us-east-1 begins with plumbline-state-');
  aws.s3.createBucket('plumbline-state-1');
  aws.s3.createBucket('plumbline-state-2');
  const several = await plumbline(...ADD);
  expect(several.stderr).toContain('plumbline-state-1, plumbline-state-2\nname it with --bucket');
  expect([none.code, several.code]).toEqual([3, 3]);
  expect(
    await plumbline(...ADD, '--bucket', 'plumbline-state-2', '--region', 'us-east-1'),
  ).toMatchObject({
    code: 0,
  });
  expect(aws.s3.objects('plumbline-state-1').size).toBe(0);
});

test('what somebody has written by hand and broken is left alone, and said', async () => {
  aws.s3.createBucket('plumbline-state-1');
  await plumbline(...ADD);
  const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' };
  const { endpoint } = aws;
  const s3 = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
  const Body = '{"silences": oops}';
  const Key = 'control/silences.json';
  await s3.send(new PutObjectCommand({ Bucket: 'plumbline-state-1', Key, Body }));
  const { code, stderr } = await plumbline(...ADD);
  expect(stderr).toContain('not JSON');
  expect(code).toBe(3);
});
