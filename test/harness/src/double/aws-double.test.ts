import { GetMetricDataCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { PublishBatchCommand, PublishCommand } from '@aws-sdk/client-sns';
import {
  DeleteMessageBatchCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { createAwsDouble } from './aws-double.ts';
import { clientsOf, errorOf, startDouble } from './testing/clients.ts';

const ROLE = 'arn:aws:iam::210987654321:role/reader';

async function assume(sts: STSClient, RoleArn = ROLE) {
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }),
  );
  return {
    accessKeyId: Credentials!.AccessKeyId!,
    secretAccessKey: Credentials!.SecretAccessKey!,
    sessionToken: Credentials!.SessionToken!,
    expiration: Credentials!.Expiration!,
  };
}

const CPU = { namespace: 'Shop', metric: 'Cpu', dimensions: {} };
const measured = () => ({ timestamps: [Date.now() - 60_000], values: [1] });

/** One call of each service. */
function oneOfEach(clients: ReturnType<typeof clientsOf>) {
  const TopicArn = 'arn:aws:sns:us-east-1:123456789012:alerts';
  const QueueUrl = 'https://sqs.us-east-1.amazonaws.com/123456789012/work';
  const Entries = [{ Source: 'a', DetailType: 'b', Detail: '{}' }];
  return [
    ['cloudwatch:ListMetrics', () => clients.cloudwatch.send(new ListMetricsCommand({}))],
    [
      's3:PutObject',
      () => clients.s3.send(new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: 'x' })),
    ],
    ['s3:ListBucket', () => clients.s3.send(new ListObjectsV2Command({ Bucket: 'b' }))],
    ['sns:Publish', () => clients.sns.send(new PublishCommand({ TopicArn, Message: 'x' }))],
    [
      'sqs:SendMessage',
      () => clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' })),
    ],
    ['events:PutEvents', () => clients.events.send(new PutEventsCommand({ Entries }))],
    ['sts:GetCallerIdentity', () => clients.sts.send(new GetCallerIdentityCommand({}))],
  ] as const;
}

describe('the double of AWS', () => {
  it('keeps regions apart', async () => {
    const { aws, cloudwatch } = await startDouble();
    aws.cloudwatch.put({ ...CPU, region: 'eu-west-1' }, measured());
    const elsewhere = clientsOf(aws, { region: 'eu-west-1' });
    const here = await cloudwatch.send(new ListMetricsCommand({}));
    const there = await elsewhere.cloudwatch.send(new ListMetricsCommand({}));
    expect([here.Metrics!.length, there.Metrics!.length]).toEqual([0, 1]);
  });

  it('keeps accounts apart: credentials of a role belong to its account', async () => {
    const { aws, sts, cloudwatch } = await startDouble();
    aws.sts.allowRole(ROLE);
    aws.cloudwatch.put({ ...CPU, account: '210987654321' }, measured());
    const other = clientsOf(aws, { credentials: await assume(sts) });
    const here = await cloudwatch.send(new ListMetricsCommand({}));
    const there = await other.cloudwatch.send(new ListMetricsCommand({}));
    expect([here.Metrics!.length, there.Metrics!.length]).toEqual([0, 1]);
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: '123456789012',
    });
    expect(await other.sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: '210987654321',
      Arn: 'arn:aws:sts::210987654321:assumed-role/reader/test',
    });
  });

  it('refuses a role that nobody may assume', async () => {
    const { aws, sts } = await startDouble();
    expect(await errorOf(() => assume(sts))).toEqual(['AccessDenied', 403]);
    expect(() => aws.sts.allowRole('reader')).toThrow('reader is not the ARN of a role');
  });

  it.each([
    ['a session without a name', { RoleSessionName: '' }],
    ['a session of less than 15 minutes', { DurationSeconds: 899 }],
    ['a session of more than 12 hours', { DurationSeconds: 43_201 }],
  ])('refuses %s', async (_, input) => {
    const { aws, sts } = await startDouble();
    aws.sts.allowRole(ROLE);
    await expect(
      sts.send(new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: 'test', ...input })),
    ).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('expires the credentials of one role only', async () => {
    const { aws, sts } = await startDouble();
    const other = `${ROLE}-of-others`;
    aws.sts.allowRole(ROLE);
    aws.sts.allowRole(other);
    const credentials = await assume(sts, other);
    aws.sts.expire(ROLE);
    const clients = clientsOf(aws, { credentials });
    expect(await errorOf(oneOfEach(clients)[0][1])).toEqual([undefined, undefined]);
  });

  it('refuses the key of a role with the token of another session', async () => {
    const { aws, sts } = await startDouble();
    aws.sts.allowRole(ROLE);
    const [first, second] = [await assume(sts), await assume(sts)];
    const mixed = { ...first, sessionToken: second.sessionToken };
    const { sessionToken: _, ...without } = first;
    for (const credentials of [mixed, without]) {
      const clients = clientsOf(aws, { credentials });
      expect(await errorOf(oneOfEach(clients)[0][1])).toEqual(['InvalidClientTokenId', 403]);
    }
  });

  it('answers expired credentials in the words of each service', async () => {
    const { aws, sts } = await startDouble();
    aws.sts.allowRole(ROLE);
    const credentials = await assume(sts);
    expect(credentials.expiration.getTime()).toBeGreaterThan(Date.now());
    aws.sts.expire(ROLE);
    const clients = clientsOf(aws, { credentials });
    const errors = await Promise.all(oneOfEach(clients).map(([, call]) => errorOf(call)));
    expect(errors).toEqual([
      ['ExpiredToken', 403],
      ['ExpiredToken', 400],
      ['ExpiredToken', 400],
      ['ExpiredToken', 403],
      ['ExpiredToken', 403],
      ['ExpiredTokenException', 400],
      ['ExpiredToken', 403],
    ]);
    const fresh = clientsOf(aws, { credentials: await assume(sts) });
    expect(await errorOf(oneOfEach(fresh)[0][1])).toEqual([undefined, undefined]);
  });

  it('refuses a token that it did not hand out', async () => {
    const { aws } = await startDouble();
    const credentials = { accessKeyId: 'ASIA1', secretAccessKey: 'b', sessionToken: 'c' };
    const clients = clientsOf(aws, { credentials });
    const errors = await Promise.all(oneOfEach(clients).map(([, call]) => errorOf(call)));
    expect(errors).toEqual([
      ['InvalidClientTokenId', 403],
      ['InvalidAccessKeyId', 403],
      ['InvalidAccessKeyId', 403],
      ['InvalidClientTokenId', 403],
      ['InvalidClientTokenId', 403],
      ['UnrecognizedClientException', 400],
      ['InvalidClientTokenId', 403],
    ]);
  });

  it('answers what is denied in the words of each service, until it is taken back', async () => {
    const { aws, ...clients } = await startDouble();
    aws.s3.createBucket('b');
    aws.sns.createTopic('alerts');
    aws.sqs.createQueue('work');
    const outcomes = [];
    for (const [action, call] of oneOfEach(clients)) {
      const takeBack = aws.deny(action);
      outcomes.push(await errorOf(call));
      takeBack();
      expect(await errorOf(call)).toEqual([undefined, undefined]);
    }
    expect(outcomes).toEqual([
      ['AccessDenied', 403],
      ['AccessDenied', 403],
      ['AccessDenied', 403],
      ['AuthorizationErrorException', 403],
      ['AccessDenied', 403],
      ['AccessDeniedException', 400],
      ['AccessDenied', 403],
    ]);
  });

  it('knows PublishBatch as the action Publish', async () => {
    const { aws, sns } = await startDouble();
    const TopicArn = aws.sns.createTopic('alerts');
    aws.deny('sns:Publish');
    const PublishBatchRequestEntries = [{ Id: 'a', Message: 'b' }];
    await expect(
      sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries })),
    ).rejects.toMatchObject({ message: expect.stringMatching(/to perform: sns:Publish$/) });
  });

  it('knows the batches of SQS as the actions of their entries', async () => {
    const { aws, sqs } = await startDouble();
    const { url: QueueUrl } = aws.sqs.createQueue('work');
    aws.deny('sqs:SendMessage');
    aws.deny('sqs:DeleteMessage');
    const sent = [{ Id: 'a', MessageBody: 'b' }];
    await expect(
      sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: sent })),
    ).rejects.toMatchObject({ message: expect.stringMatching(/to perform: sqs:SendMessage$/) });
    const done = [{ Id: 'a', ReceiptHandle: 'b' }];
    await expect(
      sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: done })),
    ).rejects.toMatchObject({ message: expect.stringMatching(/to perform: sqs:DeleteMessage$/) });
  });

  it('lets a role do what it is given, and no more', async () => {
    const { aws, sts } = await startDouble();
    aws.sts.allowRole(ROLE, { actions: ['cloudwatch:GetMetricData'] });
    const { cloudwatch } = clientsOf(aws, { credentials: await assume(sts) });
    expect(await errorOf(() => cloudwatch.send(new ListMetricsCommand({})))).toEqual([
      'AccessDenied',
      403,
    ]);
    const metric = { Metric: { Namespace: 'a', MetricName: 'b' }, Period: 60, Stat: 'Sum' };
    await cloudwatch.send(
      new GetMetricDataCommand({
        MetricDataQueries: [{ Id: 'a', MetricStat: metric }],
        StartTime: new Date(0),
        EndTime: new Date(),
      }),
    );
  });

  it('asks its owner what a call may do', async () => {
    const { aws } = await startDouble({
      allowed: ({ region, service }, action) =>
        service === 'sts' || (region === 'eu-west-1' && action === 'cloudwatch:ListMetrics'),
    });
    const list = (region: string) => () =>
      clientsOf(aws, { region }).cloudwatch.send(new ListMetricsCommand({}));
    expect(await errorOf(list('eu-west-1'))).toEqual([undefined, undefined]);
    expect(await errorOf(list('us-east-1'))).toEqual(['AccessDenied', 403]);
  });

  it('records every request, also those that it refused', async () => {
    const { aws, s3, cloudwatch } = await startDouble();
    await cloudwatch.send(new ListMetricsCommand({ Namespace: 'Shop' }));
    await errorOf(() => s3.send(new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: 'x' })));
    await fetch(aws.endpoint);
    const by = { region: 'us-east-1', account: '123456789012', accessKeyId: 'AKIDTEST' };
    expect(aws.calls).toMatchObject([
      {
        service: 'cloudwatch',
        operation: 'ListMetrics',
        ...by,
        input: { Namespace: 'Shop' },
        status: 200,
      },
      { service: 's3', operation: 'PutObject', ...by, status: 404, errorCode: 'NoSuchBucket' },
      { status: 403, errorCode: 'MissingAuthenticationToken' },
    ]);
  });

  it('forgets what was asked when told so', async () => {
    const { aws, cloudwatch } = await startDouble({ keepInputs: false });
    await cloudwatch.send(new ListMetricsCommand({}));
    expect(aws.calls[0]).toMatchObject({ operation: 'ListMetrics', status: 200 });
    expect(aws.calls[0]).not.toHaveProperty('input');
  });

  it('says that it does not know a service', async () => {
    const { aws } = await startDouble();
    const authorization = 'AWS4-HMAC-SHA256 Credential=a/20261124/us-east-1/kms/aws4_request';
    const answer = await fetch(aws.endpoint, { headers: { authorization } });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({
      __type: 'UnknownService',
      message: 'the double speaks monitoring, s3, sns, sqs, events, sts, not kms',
    });
  });

  it('closes without waiting for answers that are late', async () => {
    const { aws, cloudwatch } = await startDouble();
    const arrived = new Promise<void>((resolve) => {
      const when = () => {
        resolve();
        return true;
      };
      aws.fail({ operation: 'ListMetrics', when, with: { delayMs: 60_000 } });
    });
    const late = errorOf(() => cloudwatch.send(new ListMetricsCommand({})));
    await arrived;
    await aws.close();
    expect(await late).not.toEqual([undefined, undefined]);
  });

  it('fails to start on a port that is taken', async () => {
    const { aws } = await startDouble();
    const port = Number(new URL(aws.endpoint).port);
    await expect(createAwsDouble({ port })).rejects.toThrow('EADDRINUSE');
  });
});
