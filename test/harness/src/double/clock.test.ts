import { ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { PublishCommand } from '@aws-sdk/client-sns';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import type { AwsDouble } from './aws-double.ts';
import { clientsOf, errorOf, startDouble } from './testing/clients.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

async function started() {
  const { aws } = await startDouble();
  aws.s3.createBucket('b');
  aws.sns.createTopic('alerts');
  aws.sqs.createQueue('work');
  return aws;
}

/** New clients, whose clocks nobody has set yet, and one call of each. */
function oneOfEach(aws: AwsDouble, maxAttempts: number) {
  const { cloudwatch, s3, sns, sqs, events, sts } = clientsOf(aws, { maxAttempts });
  const TopicArn = `arn:aws:sns:${aws.region}:${aws.account}:alerts`;
  const QueueUrl = `${aws.endpoint}/${aws.account}/work`;
  const Entries = [{ Source: 'a', DetailType: 'b', Detail: '{}' }];
  return [
    () => cloudwatch.send(new ListMetricsCommand({})),
    () => s3.send(new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: 'x' })),
    () => sns.send(new PublishCommand({ TopicArn, Message: 'x' })),
    () => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' })),
    () => events.send(new PutEventsCommand({ Entries })),
    () => sts.send(new GetCallerIdentityCommand({})),
  ];
}

const REFUSED = [
  ['SignatureDoesNotMatch', 403],
  ['RequestTimeTooSkewed', 403],
  ['SignatureDoesNotMatch', 403],
  ['SignatureDoesNotMatch', 403],
  ['InvalidSignatureException', 400],
  ['SignatureDoesNotMatch', 403],
];
const FINE = REFUSED.map(() => [undefined, undefined]);

describe.each([5, -5])('a clock of AWS that is %i hours ahead', (hours) => {
  it('refuses who signs by another, in the words of each service', async () => {
    const aws = await started();
    aws.skewClock(hours * HOUR);
    expect(await Promise.all(oneOfEach(aws, 1).map(errorOf))).toEqual(REFUSED);
    expect(aws.calls).toHaveLength(6);
    expect(aws.sns.published).toEqual([]);
  });

  it('is what a client sets its own by when it is refused, so that its second attempt is taken', async () => {
    const aws = await started();
    aws.skewClock(hours * HOUR);
    const calls = oneOfEach(aws, 2);
    expect(await Promise.all(calls.map(errorOf))).toEqual(FINE);
    expect(aws.calls.filter(({ status }) => status !== 200)).toHaveLength(6);
    expect(await Promise.all(calls.map(errorOf))).toEqual(FINE);
    expect(aws.calls).toHaveLength(18);
  });

  it('can be set right again, which refuses clients that have followed it', async () => {
    const aws = await started();
    const setRight = aws.skewClock(hours * HOUR);
    const calls = oneOfEach(aws, 1);
    await Promise.all(calls.map(errorOf));
    expect(await Promise.all(calls.map(errorOf))).toEqual(FINE);
    setRight();
    expect(await Promise.all(calls.map(errorOf))).toEqual(REFUSED);
    expect(await Promise.all(calls.map(errorOf))).toEqual(FINE);
  });

  it('says what time it is in every answer', async () => {
    const aws = await started();
    aws.skewClock(hours * HOUR);
    const { headers } = await fetch(aws.endpoint);
    const aheadMs = Date.parse(headers.get('date')!) - Date.now();
    expect(Math.abs(aheadMs - hours * HOUR)).toBeLessThan(MINUTE);
  });
});

describe('a clock of AWS that is a little off', () => {
  it.each([
    [4, []],
    [10, ['sqs']],
    [20, ['sqs', 's3']],
  ])('by %i minutes refuses %s', async (minutes, refused) => {
    const aws = await started();
    aws.skewClock(minutes * MINUTE);
    const [, put, , send] = oneOfEach(aws, 1);
    const errors = [await errorOf(send!), await errorOf(put!)];
    expect(['sqs', 's3'].filter((_, i) => errors[i]![0] !== undefined)).toEqual(refused);
  });

  it('tells S3 clients in the refusal by how much', async () => {
    const aws = await started();
    aws.skewClock(HOUR);
    await expect(oneOfEach(aws, 1)[1]!()).rejects.toMatchObject({
      RequestTime: expect.stringMatching(/^\d{8}T\d{6}Z$/),
      ServerTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      MaxAllowedSkewMilliseconds: '900000',
    });
  });

  it.each([
    [1, /^Signature expired: (\d{8}T\d{6}Z) is now earlier than \S+ \(\S+ - 5 min\.\)$/],
    [-1, /^Signature not yet current: \S+ is still later than \S+ \(\S+ \+ 5 min\.\)$/],
  ])('by %i hours says what it compared', async (hours, message) => {
    const aws = await started();
    aws.skewClock(hours * HOUR);
    await expect(oneOfEach(aws, 1)[4]!()).rejects.toMatchObject({
      message: expect.stringMatching(message),
    });
  });
});
