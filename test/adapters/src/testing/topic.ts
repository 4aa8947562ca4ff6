import { createSnsAlertSink, type MessageFormats } from '@plumbline/aws-adapters';
import { callsOf, startAws } from './aws.ts';

export const DELIVERED = { delivered: true };

/** The sink of one topic, at a double, until the end of the test. */
export async function startTopic(formats?: MessageFormats) {
  const { aws, clients } = await startAws();
  const topicArn = aws.sns.createTopic('anomaly-alerts');
  return {
    aws,
    topicArn,
    sink: createSnsAlertSink(clients, { topicArn, ...(formats && { formats }) }),
    /** How many entries each call had. */
    batches: () =>
      callsOf(aws, 'PublishBatch').map(({ input }) => {
        const { PublishBatchRequestEntries: entries } = input as {
          PublishBatchRequestEntries: readonly unknown[];
        };
        return entries.length;
      }),
  };
}
