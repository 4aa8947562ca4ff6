import { expect, test } from 'vitest';
import { describeAlertSink } from '../testing/alert-sink-contract.ts';
import { notificationOf } from '../testing/alerts.ts';
import { createMemoryAlertSink } from './alert-sink.ts';

describeAlertSink('the sink in memory', () => {
  const sink = createMemoryAlertSink();
  return { sink, received: () => sink.received.map(({ message }) => message) };
});

test('two sinks in memory keep what each was sent, under the names they were given', async () => {
  const [people, machines] = [createMemoryAlertSink('people'), createMemoryAlertSink('machines')];
  await people.send([notificationOf(1)]);
  expect(people.received).toHaveLength(1);
  expect(machines.received).toHaveLength(0);
  expect([people.name, machines.name]).toEqual(['people', 'machines']);
});
