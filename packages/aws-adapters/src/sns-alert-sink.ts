import { PublishBatchCommand, type PublishBatchRequestEntry } from '@aws-sdk/client-sns';
import type { AlertMessage, AlertSink, Delivery, Notification } from '@plumbline/core';
import pMap from 'p-map';
import { type BatchCall, type EntryFailure, sendInBatches, UNANSWERED } from './batches.ts';
import type { AwsClients } from './clients.ts';
import { boundedMessage } from './message-body.ts';
import { bodiesOf, JSON_FOR_ALL, type MessageFormats } from './messages/bodies.ts';
import { subjectOf } from './subject.ts';

/**
 * Limits of one call, bodies and attributes together.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
 */
const PUBLISH_BATCH: BatchCall = {
  operation: 'PublishBatch',
  mostEntries: 10,
  mostBytes: 262_144,
};

/** Topics that are told at once; within a topic, one batch comes after the other. */
const TOPICS_AT_ONCE = 10;

export interface SnsAlertSinkOptions {
  /** ARN of the topic for monitors that name none. */
  readonly topicArn: string;
  /** How mail and HTTPS are told; as JSON, as all others are, unless told. */
  readonly formats?: MessageFormats;
}

/**
 * Publishes alerts for people, which are the pages: the message as JSON of bounded length, or in the form that a
 * protocol of the subscribers has by the options, a subject for e-mail, and attributes that filter policies and receivers can use: `transition_id`, `state`, `severity`, `monitor`. A repeat is
 * published again, and is recognised by its `transition_id`.
 *
 * Permission: sns:Publish on each topic.
 */
export function createSnsAlertSink(
  clients: Pick<AwsClients, 'region' | 'sns'>,
  { topicArn, formats = JSON_FOR_ALL }: SnsAlertSinkOptions,
): AlertSink {
  return {
    name: 'sns',
    takes: (severity) => severity === 'page',
    async send(notifications, { remainingMs } = {}) {
      const deliveries: Delivery[] = [];
      const tell = async ([topic, indexes]: [string, readonly number[]]): Promise<void> => {
        const entries = await Promise.all(indexes.map((i) => entryOf(notifications[i]!, formats)));
        const region = topic.split(':')[3] || clients.region;
        const outcomes = await sendInBatches(
          entries,
          PUBLISH_BATCH,
          sizeOf,
          (batch, signal) => publish(clients.sns(region), topic, batch, signal),
          remainingMs,
        );
        indexes.forEach((i, at) => {
          deliveries[i] = outcomes[at]!;
        });
      };
      // At once, so that a topic that is slow does not hold up the others.
      await pMap(byTopic(notifications, topicArn), tell, { concurrency: TOPICS_AT_ONCE });
      return deliveries;
    },
  };
}

/** Places among the notifications, by the topic that they go to. */
function byTopic(
  notifications: readonly Notification[],
  topicArn: string,
): Map<string, readonly number[]> {
  const topics = new Map<string, number[]>();
  notifications.forEach(({ message }, i) => {
    const topic = message.topic ?? topicArn;
    topics.set(topic, [...(topics.get(topic) ?? []), i]);
  });
  return topics;
}

type Entry = Omit<PublishBatchRequestEntry, 'Id'>;

/** The texts of an attribute are bounded as those of the smallest body are. */
const ATTRIBUTES = { mostBytes: 32_768, indent: 2 } as const;

async function entryOf({ id, message }: Notification, formats: MessageFormats): Promise<Entry> {
  return {
    Subject: subjectOf(message),
    ...(await bodiesOf(message, formats)),
    MessageAttributes: attributesOf({
      transition_id: id,
      state: message.state,
      severity: message.severity,
      monitor: boundedMessage(message, ATTRIBUTES).monitor,
    }),
  };
}

/** An attribute may neither be empty nor hold control characters. */
function attributesOf(
  values: Readonly<Record<string, AlertMessage['monitor']>>,
): NonNullable<Entry['MessageAttributes']> {
  const attributes = Object.entries(values).map(([name, value]) => {
    const printable = value.replace(/\p{C}/gu, '?');
    return [name, { DataType: 'String', StringValue: printable || '-' }] as const;
  });
  return Object.fromEntries(attributes);
}

/** Body, subject and attributes: names, types and values. */
function sizeOf({ Message = '', Subject = '', MessageAttributes = {} }: Entry): number {
  const attributes = Object.entries(MessageAttributes).flatMap(
    ([name, { DataType, StringValue }]) => {
      return [name, DataType ?? '', StringValue ?? ''];
    },
  );
  return [Message, Subject, ...attributes].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

async function publish(
  client: ReturnType<AwsClients['sns']>,
  topic: string,
  batch: readonly Entry[],
  abortSignal: AbortSignal | undefined,
): Promise<readonly (EntryFailure | undefined)[]> {
  const entries = batch.map((entry, i) => ({ ...entry, Id: String(i) }));
  const { Successful = [], Failed = [] } = await client.send(
    new PublishBatchCommand({ TopicArn: topic, PublishBatchRequestEntries: entries }),
    abortSignal && { abortSignal },
  );
  const sent = new Set(Successful.map(({ Id }) => Id));
  const failures = new Map(
    Failed.map(({ Id, Code = UNANSWERED.code, Message = '' }) => [
      Id,
      { code: Code, message: Message },
    ]),
  );
  // Whose fault it was is not asked: SNS says the sender's also of a key that is disabled.
  return entries.map(({ Id }) => (sent.has(Id) ? undefined : (failures.get(Id) ?? UNANSWERED)));
}
