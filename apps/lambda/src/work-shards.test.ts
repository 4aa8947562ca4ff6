import { describe, expect, test } from 'vitest';
import { isQueueEvent } from './work-shards.ts';

const RECORD = { messageId: 'a', eventSource: 'aws:sqs', body: '{}' };

describe('an event', () => {
  test('of the queue is known by its records', () => {
    expect(isQueueEvent({ Records: [RECORD] })).toBe(true);
    expect(isQueueEvent({ Records: [RECORD, RECORD] })).toBe(true);
  });

  test.each([
    ['of the schedule', { 'detail-type': 'Scheduled Event', time: '2026-01-31T12:00:00Z' }],
    ['of a topic', { Records: [{ EventSource: 'aws:sns' }] }],
    ['of a bucket', { Records: [{ eventSource: 'aws:s3' }] }],
    ['of the queue and something else', { Records: [RECORD, { eventSource: 'aws:s3' }] }],
    ['whose records are none', { Records: 'all of them' }],
    ['that is nothing', null],
    ['that is a text', 'Records'],
  ])('%s is not one of the queue', (_, event) => {
    expect(isQueueEvent(event)).toBe(false);
  });
});
