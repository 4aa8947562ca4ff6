import {
  createEventBridgeAlertSink,
  createS3StateStore,
  createSnsAlertSink,
} from '@plumbline/aws-adapters';
import type { AlertMessage } from '@plumbline/core';
import {
  describeAlertSink,
  describeMetricSource,
  describeStateStore,
} from '@plumbline/core/testing';
import { startAws } from './testing/aws.ts';
import { withoutRepeats } from './testing/inbox.ts';
import { locatorOf, SPAN, seriesOf, startMetrics } from './testing/metrics.ts';

describeMetricSource(
  'CloudWatch',
  async (contents) => {
    const { source, put } = await startMetrics();
    for (const [host, samples] of contents) put(locatorOf(host), samples);
    return {
      source,
      locator: locatorOf('*'),
      seriesOf: (host) => seriesOf(locatorOf(host)),
      broken: {
        'a statistic that is none': seriesOf(locatorOf('web', { statistic: 'Typical' })),
        'a role that may not be assumed': seriesOf(
          locatorOf('web', { role: 'arn:aws:iam::123456789012:role/nobody' }),
        ),
        'an expression that is none': seriesOf({
          kind: 'cloudwatch-expression',
          expression: 'm1 +',
          metrics: { m1: locatorOf('web') },
          label: 'broken',
        }),
        'a series of another source': seriesOf({ kind: 'csv', path: 'web.csv' }),
      },
    };
  },
  SPAN,
);

describeAlertSink('SNS', async () => {
  const { aws, clients } = await startAws();
  const topicArn = aws.sns.createTopic('alerts');
  return {
    sink: createSnsAlertSink(clients, { topicArn }),
    received: () => withoutRepeats(aws.sns.published.map(({ message }) => JSON.parse(message))),
  };
});

describeAlertSink('EventBridge', async () => {
  const { aws, clients } = await startAws();
  return {
    sink: createEventBridgeAlertSink(clients),
    received: () =>
      withoutRepeats(aws.events.received.map(({ detail }) => detail as unknown as AlertMessage)),
  };
});

describeStateStore('S3', async () => {
  const { aws, clients } = await startAws();
  aws.s3.createBucket('state');
  return createS3StateStore(clients, { bucket: 'state' });
});

describeStateStore('S3, with JSON in it,', async () => {
  const { aws, clients } = await startAws();
  aws.s3.createBucket('state');
  return createS3StateStore(clients, { bucket: 'state', prefix: 'control/', suffix: '.json' });
});
