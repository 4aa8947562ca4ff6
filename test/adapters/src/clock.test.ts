import { createS3StateStore, createSnsAlertSink } from '@plumbline/aws-adapters';
import { notificationOf, timeOf } from '@plumbline/core/testing';
import { describe, expect, test } from 'vitest';
import { callsOf, startAws } from './testing/aws.ts';
import { locatorOf, startMetrics, valuesOf } from './testing/metrics.ts';

const HOUR_MS = 3_600_000;

/** A clock that is off: AWS takes signatures of five minutes, S3 of fifteen. */
const SKEWS = [
  ['slow', 2 * HOUR_MS],
  ['fast', -26 * HOUR_MS],
] as const;

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html */
describe.each(SKEWS)('fault 14: a clock that is too %s', (_, skewMs) => {
  test('is refused once, and then set by the answer', async () => {
    const { aws, put, read } = await startMetrics();
    put(locatorOf('web'), [1, 2]);
    aws.skewClock(skewMs);

    for (let slot = 0; slot < 2; slot++) {
      expect((await read([locatorOf('web')])).map(valuesOf)).toEqual([[1, 2]]);
    }
    expect(callsOf(aws, 'GetMetricData').map(({ status }) => status)).toEqual([403, 200, 200]);
  });

  test('has no part in what is asked for, or in when a sample was', async () => {
    const { aws, put, read } = await startMetrics();
    put(locatorOf('web'), [1, 2, 3]);
    aws.skewClock(skewMs);

    const results = await read([locatorOf('web')], { after: timeOf(0), until: timeOf(3) });

    expect(results).toMatchObject([{ timestamps: [timeOf(1), timeOf(2)], values: [2, 3] }]);
    for (const { input } of callsOf(aws, 'GetMetricData')) {
      expect(input).toMatchObject({ StartTime: timeOf(1) / 1_000, EndTime: timeOf(3) / 1_000 });
    }
  });

  test('neither loses a state nor writes it twice', async () => {
    const { aws, clients } = await startAws();
    aws.s3.createBucket('state');
    const store = createS3StateStore(clients, { bucket: 'state' });
    aws.skewClock(skewMs);

    const first = await store.commit('a', Uint8Array.of(1), undefined);
    const second = await store.commit('a', Uint8Array.of(2), undefined);

    expect([first.committed, second.committed]).toEqual([true, false]);
    expect([...((await store.load('a'))?.bytes ?? [])]).toEqual([1]);
  });

  test('does not keep a page from its topic', async () => {
    const { aws, clients } = await startAws();
    const topicArn = aws.sns.createTopic('alerts');
    aws.skewClock(skewMs);

    const deliveries = await createSnsAlertSink(clients, { topicArn }).send([notificationOf(1)]);

    expect(deliveries).toEqual([{ delivered: true }]);
    expect(aws.sns.published).toHaveLength(1);
  });
});
