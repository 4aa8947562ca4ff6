import { describe, expect, test } from 'vitest';
import { createEstate, type Estate } from './testing/estate.ts';

const MINUTE_MS = 60_000;
const PERIOD_MS = 5 * MINUTE_MS;

/** An estate whose second slot is the latest that the real clock has passed. */
async function createPresent(): Promise<Estate> {
  const thisSlot = Math.floor(Date.now() / PERIOD_MS) * PERIOD_MS;
  const estate = await createEstate({ firstSlotMs: thisSlot - PERIOD_MS });
  estate.measure('web', { spikes: [1, 2] }); // open also if the next slot begins meanwhile
  estate.measure('db');
  await estate.runAt(0);
  return estate;
}

describe('the clock takes the place of an event', () => {
  test.each([
    ['without a time', {}, 'the event has no time; the clock is used instead'],
    ['that is nothing', null, 'the event has no time; the clock is used instead'],
    [
      'with a nonsense time',
      { time: 'noon' },
      'the time of the event is "noon", expected ISO 8601 as in 2026-01-31T12:00:00Z; the clock is used instead',
    ],
    [
      'that the console offers for a test',
      { time: '1970-01-01T00:00:00Z' },
      'the time of the event, 1970-01-01T00:00:00.000Z, is before all that CloudWatch keeps; the clock is used instead',
    ],
    [
      'with a time that has not come yet',
      { time: '2199-01-01T00:00:00Z' },
      'the time of the event, 2199-01-01T00:00:00.000Z, has not come yet; the clock is used instead',
    ],
  ])('fault 14: %s, and the log says so', async (_, event, message) => {
    const estate = await createPresent();
    const before = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;

    const run = await estate.runEvent(event, 1);

    expect(run.outcome).toBe('success');
    expect(run.line('event-time')).toMatchObject({ level: 'WARN', message });
    const { slot } = run.summary as unknown as { slot: string };
    expect(Date.parse(slot)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(slot)).toBeLessThanOrEqual(Date.now());
    expect(Date.parse(slot) % MINUTE_MS).toBe(0);
    expect(run.figures).toMatchObject({ Heartbeat: 1 });
    expect(estate.told()).toEqual(['firing web 1']);
  });
});

test('fault 14: an event within its minute stands for the minute', async () => {
  const estate = await createPresent();
  const time = new Date(estate.slotAt(1) + 59_000).toISOString();

  const run = await estate.runEvent({ time }, 1);

  expect(run.complaints).toEqual([]);
  expect(run.summary).toMatchObject({ slot: new Date(estate.slotAt(1)).toISOString() });
});
