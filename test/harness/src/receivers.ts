import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Surroundings } from './surroundings.ts';

/** Something that came out at the other end. */
export interface Arrival {
  /** `topic anomaly-alerts`, `bus default`. */
  readonly at: string;
  /** The subject of a message, the detail type of an event. */
  readonly title: string;
  readonly content: unknown;
}

/** A queue at the end of a line. */
export interface Receiver {
  /** What has come since the last look. */
  arrivals(): Promise<readonly Arrival[]>;
}

/** A new queue, subscribed to a topic of moto's. */
export async function receiveFromTopic(
  surroundings: Surroundings,
  topicArn: string,
): Promise<Receiver> {
  const topic = topicArn.slice(topicArn.lastIndexOf(':') + 1);
  const queue = await createQueue(surroundings, `of-topic-${topic}`);
  const subscription = { TopicArn: topicArn, Protocol: 'sqs', Endpoint: queue.arn };
  await new SNSClient(surroundings).send(new SubscribeCommand(subscription));
  return {
    async arrivals() {
      const bodies = await queue.receiveAll();
      return bodies.map((body) => messageArrival(topic, body));
    },
  };
}

/** A new queue, behind a rule for what Plumbline says on a bus of moto's, which is made if need be. */
export async function receiveFromBus(surroundings: Surroundings, bus: string): Promise<Receiver> {
  const queue = await createQueue(surroundings, `of-bus-${bus}`);
  const events = new EventBridgeClient(surroundings);
  if (bus !== 'default') await events.send(new CreateEventBusCommand({ Name: bus }));
  const rule = { EventBusName: bus, Name: 'what-plumbline-says' };
  const EventPattern = JSON.stringify({ source: ['plumbline'] });
  await events.send(new PutRuleCommand({ ...rule, EventPattern }));
  const Targets = [{ Id: 'queue', Arn: queue.arn }];
  await events.send(new PutTargetsCommand({ EventBusName: bus, Rule: rule.Name, Targets }));
  return {
    async arrivals() {
      const bodies = await queue.receiveAll();
      return bodies.map((body) => eventArrival(bus, body));
    },
  };
}

async function createQueue(
  surroundings: Surroundings,
  name: string,
): Promise<{ readonly arn: string; receiveAll(): Promise<string[]> }> {
  const sqs = new SQSClient(surroundings);
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  return {
    arn: Attributes?.QueueArn ?? '',
    /** The bodies of all that it holds, which it then holds no longer. */
    async receiveAll() {
      const bodies: string[] = [];
      for (;;) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
        );
        if (Messages.length === 0) return bodies;
        bodies.push(...Messages.map(({ Body = '' }) => Body));
        const Entries = Messages.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle }));
        await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      }
    },
  };
}

/** @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
function messageArrival(topic: string, body: string): Arrival {
  const { Subject, Message } = JSON.parse(body) as { Subject?: string; Message: string };
  return { at: `topic ${topic}`, title: Subject ?? '', content: JSON.parse(Message) };
}

function eventArrival(bus: string, body: string): Arrival {
  const event = JSON.parse(body) as { 'detail-type': string; detail: unknown };
  return { at: `bus ${bus}`, title: event['detail-type'], content: event.detail };
}
