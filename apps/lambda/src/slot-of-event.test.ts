import { describe, expect, test } from 'vitest';
import { slotOfEvent } from './slot-of-event.ts';

const NOW = Date.parse('2026-01-31T12:34:56.789Z');
const NOW_MINUTE = Date.parse('2026-01-31T12:34:00Z');
const at = (time: unknown) => slotOfEvent({ time }, NOW);

describe('the slot of an event', () => {
  test.each([
    ['2026-01-31T12:30:00Z', '2026-01-31T12:30:00Z'],
    ['2026-01-31T12:30:59.999Z', '2026-01-31T12:30:00Z'],
    ['2026-01-31T13:30:17+01:00', '2026-01-31T12:30:00Z'],
    ['2025-06-01T00:00:01Z', '2025-06-01T00:00:00Z'],
  ])('%s is its time, down to the minute', (time, slot) => {
    expect(at(time)).toEqual({ slot: Date.parse(slot), remark: undefined });
  });

  test.each(['2026-01-31T12:35:10Z', '2026-01-31T12:36:56.789Z'])(
    '%s is believed: clocks differ by a minute or two',
    (time) => {
      const slot = Date.parse(`${time.slice(0, 16)}:00Z`);
      expect(at(time)).toEqual({ slot, remark: undefined });
    },
  );
});

describe('the clock takes the place of a time', () => {
  test.each([[undefined], [null], ['text'], [42], [{}], [[]]])(
    'that the event %j does not have',
    (event) => {
      expect(slotOfEvent(event, NOW)).toEqual({
        slot: NOW_MINUTE,
        remark: 'the event has no time; the clock is used instead',
      });
    },
  );

  test.each([
    ['noon'],
    [''],
    ['5'],
    ['Jan 5 2026'],
    ['2026-01-31'],
    ['2026-13-01T12:00:00Z'],
    [1769862600000],
    [null],
    [true],
    [{ hour: 12 }],
  ])('that makes no sense: %j', (time) => {
    const { slot, remark } = at(time);
    expect(slot).toBe(NOW_MINUTE);
    expect(remark).toBe(
      `the time of the event is ${JSON.stringify(time)}, expected ISO 8601 as in 2026-01-31T12:00:00Z; the clock is used instead`,
    );
  });

  test('that has not come yet', () => {
    expect(at('2026-01-31T12:36:57Z')).toEqual({
      slot: NOW_MINUTE,
      remark:
        'the time of the event, 2026-01-31T12:36:57.000Z, has not come yet; the clock is used instead',
    });
  });

  test('that is before all samples, as in the test event of the console', () => {
    expect(at('1970-01-01T00:00:00Z')).toEqual({
      slot: NOW_MINUTE,
      remark:
        'the time of the event, 1970-01-01T00:00:00.000Z, is before all that CloudWatch keeps; the clock is used instead',
    });
  });

  test('however long the nonsense is, the remark stays short', () => {
    expect(at('x'.repeat(10_000)).remark?.length).toBeLessThan(200);
  });
});
