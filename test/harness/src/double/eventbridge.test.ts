import {
  type EventBridgeClient,
  ListRulesCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { clientsOf, startDouble } from './testing/clients.ts';

const GOOD = { Source: 'shop', DetailType: 'Order Placed', Detail: '{"total":1}' };

const put = (events: EventBridgeClient, Entries: PutEventsRequestEntry[]) =>
  events.send(new PutEventsCommand({ Entries }));

describe('EventBridge in the double', () => {
  it('records what a bus received', async () => {
    const { aws, events } = await startDouble();
    aws.events.createBus('orders');
    const Time = new Date('2026-11-24T12:00:00Z');
    const answer = await put(events, [
      { ...GOOD, Time, Resources: ['arn:aws:x'] },
      { ...GOOD, EventBusName: 'orders' },
      { ...GOOD, EventBusName: 'arn:aws:events:us-east-1:123456789012:event-bus/orders' },
    ]);
    expect(answer.FailedEntryCount).toBe(0);
    expect(aws.events.received.map(({ bus }) => bus)).toEqual(['default', 'orders', 'orders']);
    expect(aws.events.received[0]).toMatchObject({
      id: answer.Entries![0]!.EventId,
      source: 'shop',
      detailType: 'Order Placed',
      detail: { total: 1 },
      resources: ['arn:aws:x'],
      time: Time.getTime(),
    });
  });

  it.each<[string, string, Partial<PutEventsRequestEntry>]>([
    ['no source', 'InvalidArgument', { Source: undefined }],
    ['an empty detail type', 'InvalidArgument', { DetailType: '' }],
    ['a detail type of 129 characters', 'InvalidArgument', { DetailType: 'x'.repeat(129) }],
    ['no detail', 'InvalidArgument', { Detail: undefined }],
    ['a detail that is no JSON', 'MalformedDetail', { Detail: '{' }],
    ['a detail that is no object', 'MalformedDetail', { Detail: '[1]' }],
    ['a source of AWS', 'NotAuthorizedForSourceException', { Source: 'aws.ec2' }],
  ])('fails an entry with %s alone', async (_, ErrorCode, bad) => {
    const { aws, events } = await startDouble();
    const answer = await put(events, [GOOD, { ...GOOD, ...bad }, GOOD]);
    expect(answer.FailedEntryCount).toBe(1);
    expect(answer.Entries!.map((entry) => entry.ErrorCode)).toEqual([
      undefined,
      ErrorCode,
      undefined,
    ]);
    expect(aws.events.received).toHaveLength(2);
  });

  const ofBytes = (bytes: number) => {
    const frame = 'shop'.length + 'Order Placed'.length + '{"a":""}'.length;
    return { ...GOOD, Detail: `{"a":"${'x'.repeat(bytes - frame)}"}` };
  };

  it('takes just under one MiB in all', async () => {
    const { events } = await startDouble();
    const answer = await put(events, [ofBytes(1_048_575)]);
    expect(answer.FailedEntryCount).toBe(0);
  });

  it.each<[string, PutEventsRequestEntry[]]>([
    ['no entries', []],
    ['11 entries', new Array(11).fill(GOOD)],
    ['one MiB in all', [ofBytes(1_048_476), ofBytes(100)]],
    ['one MiB with its time', [{ ...ofBytes(1_048_562), Time: new Date() }]],
    ['no entry that has all', [{ Source: 'shop' }, { Detail: '{}' }]],
  ])('refuses %s', async (_, Entries) => {
    const { aws, events } = await startDouble();
    await expect(put(events, Entries)).rejects.toMatchObject({
      name: 'ValidationException',
      $metadata: { httpStatusCode: 400 },
    });
    expect(aws.events.received).toEqual([]);
  });

  it('does not find a bus that was not created there', async () => {
    const { aws, events } = await startDouble();
    aws.events.createBus('orders', { region: 'eu-west-1' });
    const entry = { ...GOOD, EventBusName: 'orders' };
    await expect(put(events, [entry])).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    const there = clientsOf(aws, { region: 'eu-west-1' });
    expect(await put(there.events, [entry])).toMatchObject({ FailedEntryCount: 0 });
  });

  it('says which operation it does not know', async () => {
    const { events } = await startDouble();
    await expect(events.send(new ListRulesCommand({}))).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: 'the double knows PutEvents of events, not ListRules',
    });
  });
});
