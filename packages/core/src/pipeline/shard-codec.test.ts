import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ALERT_OK, type AlertState } from '../alerts/lifecycle.ts';
import type { AlertMessage } from '../alerts/message.ts';
import { crc32 } from '../stats/crc32.ts';
import { notificationOf, SUBJECT, WORST } from '../testing/alerts.ts';
import { hostileText } from '../testing/arbitraries.ts';
import { timeOf } from '../testing/series.ts';
import { decodeShard, encodeShard, UnreadableStateError } from './shard-codec.ts';
import { EMPTY_SHARD, NEW_SERIES, type SeriesState, type ShardState } from './shard-state.ts';

const TOLD = { severity: 'page', strength: 1.5, at: timeOf(2), flaggedAt: timeOf(3) } as const;

const SMALL: ShardState = {
  series: new Map<string, SeriesState>([
    [
      '["cpu","web"]',
      {
        watermark: timeOf(3),
        learnedUntil: timeOf(2),
        alert: { phase: 'firing', since: timeOf(2), cleanSamples: 1, worst: WORST, told: TOLD },
        snapshotKey: 'z-score@1/4x300000ms',
        snapshot: Float64Array.of(timeOf(3), 1.5, Number.NaN, 2.5),
      },
    ],
    ['["cpu","db"]', NEW_SERIES],
  ]),
  outbox: [{ notification: notificationOf(2), pending: ['people', 'machines'] }],
  pages: [timeOf(1), timeOf(2)],
};

/** A number as JSON keeps it: finite, and 0 without a sign. */
const sayable = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);

const severity = fc.constantFrom('page' as const, 'notice' as const);

const told = fc.record({
  severity,
  strength: sayable,
  at: sayable,
  flaggedAt: sayable,
});

const alertState: fc.Arbitrary<AlertState> = fc.oneof(
  fc.constant(ALERT_OK),
  fc.record(
    { phase: fc.constant('ok' as const), told, recent: fc.nat() },
    { requiredKeys: ['phase'] },
  ),
  fc.record(
    {
      phase: fc.constant('firing' as const),
      since: sayable,
      cleanSamples: fc.nat(),
      worst: fc.record({
        timestamp: sayable,
        value: sayable,
        deviationFactor: fc.option(sayable),
        signal: sayable,
      }),
      told,
      untold: fc.constant(true as const),
      normal: fc.record({ lower: sayable, upper: sayable }),
    },
    { requiredKeys: ['phase', 'since', 'cleanSamples', 'worst', 'told'] },
  ),
);

const absence = { since: sayable, told: severity };

const seriesState: fc.Arbitrary<SeriesState> = fc.record(
  {
    watermark: fc.oneof(fc.constant(Number.NEGATIVE_INFINITY), sayable),
    learnedUntil: fc.oneof(fc.constant(Number.NEGATIVE_INFINITY), sayable),
    alert: alertState,
    snapshotKey: hostileText(),
    snapshot: fc.float64Array({ maxLength: 20 }),
    about: hostileText().map((text) => ({ ...SUBJECT, series: text, resource: text, topic: text })),
    silent: fc.record(absence, { requiredKeys: ['since'] }),
    unseen: fc.record(
      { ...absence, runs: fc.nat(), slot: sayable },
      { requiredKeys: ['since', 'runs', 'slot'] },
    ),
    incidents: fc.array(fc.tuple(sayable, sayable), { maxLength: 3 }),
    gaps: fc.array(sayable, { maxLength: 3 }),
    failing: fc.record({
      settings: hostileText(),
      times: fc.nat(),
      slot: sayable,
      retryAt: sayable,
    }),
  },
  { requiredKeys: ['watermark', 'learnedUntil', 'alert', 'snapshotKey', 'snapshot'] },
);

const shardState: fc.Arbitrary<ShardState> = fc.record({
  series: fc.array(fc.tuple(hostileText(), seriesState)).map((entries) => new Map(entries)),
  outbox: fc.array(
    fc.record({
      notification: fc.tuple(fc.nat(), hostileText()).map(([index, text]) => {
        return notificationOf(index % 1000, { alert: text, series: text });
      }),
      pending: fc.array(hostileText()),
      since: sayable,
    }),
    { maxLength: 3 },
  ),
  pages: fc.array(sayable),
});

/** The bytes of a state with its checksum made right again. */
function withChecksum(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  view.setUint32(8, crc32(bytes.subarray(12)), true);
  return bytes;
}

describe('encodeShard and decodeShard', () => {
  test('whatever a shard remembers comes back as it was', () => {
    fc.assert(
      fc.property(shardState, (state) => {
        const decoded = decodeShard(encodeShard(state));
        expect(decoded).toEqual(state);
        expect([...decoded.series.keys()]).toEqual([...state.series.keys()]);
      }),
    );
  });

  test('a message of an earlier release has the fields that it did not have', () => {
    const { chart_url, condition, detail, group, ...earlier } = notificationOf(2).message;
    const notification = { id: 'an id', message: earlier as AlertMessage };
    const outbox = [{ notification, pending: ['people'] }];
    const [entry] = decodeShard(encodeShard({ ...EMPTY_SHARD, outbox })).outbox;
    const message = { ...earlier, condition, detail, group, chart_url };
    expect(entry).toEqual({ notification: { id: 'an id', message }, pending: ['people'] });
    expect([chart_url, condition, detail, group]).toEqual([null, 'anomaly', null, null]);
  });

  test('a shard that remembers nothing comes back as it was', () => {
    expect(decodeShard(encodeShard(EMPTY_SHARD))).toEqual(EMPTY_SHARD);
  });

  test('NaN, infinities and -0 in a snapshot come back, and so does a watermark of -Infinity', () => {
    const snapshot = Float64Array.of(Number.NaN, Infinity, -Infinity, -0, 5e-324, 2 ** 360);
    const state = { ...SMALL, series: new Map([['a', { ...NEW_SERIES, snapshot }]]) };
    const decoded = decodeShard(encodeShard(state)).series.get('a');
    expect(decoded?.snapshot).toEqual(snapshot);
    expect(decoded?.watermark).toBe(Number.NEGATIVE_INFINITY);
  });

  test('names that mean something to JavaScript are names like any other', () => {
    const names = ['__proto__', 'constructor', 'toString', ''];
    const series = new Map(names.map((name, i) => [name, { ...NEW_SERIES, watermark: i }]));
    const decoded = decodeShard(encodeShard({ ...EMPTY_SHARD, series }));
    expect(names.map((name) => decoded.series.get(name)?.watermark)).toEqual([0, 1, 2, 3]);
    expect(({} as { watermark?: number }).watermark).toBeUndefined();
  });

  test('the same state has the same bytes', () => {
    expect(encodeShard(SMALL)).toEqual(encodeShard(decodeShard(encodeShard(SMALL))));
  });

  test('what is decoded does not hang on the bytes it came from', () => {
    const bytes = encodeShard(SMALL);
    const decoded = decodeShard(bytes);
    bytes.fill(0);
    expect(decoded).toEqual(SMALL);
  });

  test('bytes in the middle of a larger buffer, as Node hands them out, are read', () => {
    const bytes = encodeShard(SMALL);
    const large = Buffer.alloc(bytes.length + 100, 0xff);
    large.set(bytes, 13);
    expect(decodeShard(large.subarray(13, 13 + bytes.length))).toEqual(SMALL);
  });

  test('ten thousand numbers take eight bytes each, and little more', () => {
    const snapshot = new Float64Array(10_000).fill(1);
    const bytes = encodeShard({
      ...EMPTY_SHARD,
      series: new Map([['a', { ...NEW_SERIES, snapshot }]]),
    });
    expect(bytes.length - 80_000).toBeLessThan(300);
  });

  // Whoever changes the layout has to raise its version: stored states are read by the next release.
  test('the layout is that of version 2, to the byte', () => {
    const snapshot = Float64Array.of(1.5);
    const state = {
      series: new Map([['a', { ...NEW_SERIES, snapshotKey: 'k', snapshot }]]),
      outbox: [],
      pages: [1.5e12],
    };
    const bytes = encodeShard(state);
    const header =
      '{"series":[{"alert":{"phase":"ok"},"snapshotKey":"k","key":"a","watermark":null,"learnedUntil":null,' +
      '"snapshotLength":1}],"outbox":[],"pages":[1500000000000]}';
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
    const view = new DataView(bytes.buffer);
    expect(Buffer.from(bytes.subarray(0, 4)).toString()).toBe('PLMB');
    expect(view.getUint32(4, true)).toBe(2);
    expect(view.getUint32(12, true)).toBe(padded.length);
    expect(Buffer.from(bytes.subarray(16, 16 + padded.length)).toString()).toBe(padded);
    expect(view.getFloat64(16 + padded.length, true)).toBe(1.5);
    expect(bytes).toHaveLength(16 + padded.length + 8);
  });
});

describe('bytes that are no state', () => {
  test('every change of a single byte is refused as unreadable', () => {
    const intact = encodeShard(SMALL);
    for (let at = 0; at < intact.length; at++) {
      for (const flip of [0x01, 0x08, 0x20, 0x80, 0xff]) {
        const damaged = intact.slice();
        damaged[at]! ^= flip;
        expect(() => decodeShard(damaged), `byte ${at} ^ ${flip}`).toThrow(UnreadableStateError);
      }
    }
  });

  test('every truncation is refused as unreadable', () => {
    const intact = encodeShard(SMALL);
    for (let length = 0; length < intact.length; length++) {
      expect(() => decodeShard(intact.subarray(0, length)), `${length} bytes`).toThrow(
        UnreadableStateError,
      );
    }
  });

  test('bytes after the end are refused', () => {
    expect(() => decodeShard(Uint8Array.of(...encodeShard(SMALL), 0))).toThrow(
      new UnreadableStateError('checksum does not match: the state is damaged'),
    );
  });

  test('another version is named', () => {
    const bytes = encodeShard(SMALL);
    new DataView(bytes.buffer).setUint32(4, 1, true);
    expect(() => decodeShard(withChecksum(bytes))).toThrow(
      new UnreadableStateError('state of version 1, this is version 2'),
    );
  });

  test.each([
    ['nothing', new Uint8Array(0)],
    ['another magic', Buffer.from('PLMX\u0001\u0000\u0000\u0000 and sixteen bytes or more')],
    ['text', Buffer.from('{"series":[],"outbox":[]}')],
    ['zeros', new Uint8Array(64)],
  ])('%s is not a state', (_, bytes) => {
    expect(() => decodeShard(bytes)).toThrow(new UnreadableStateError('not a Plumbline state'));
  });

  test('arbitrary bytes are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => decodeShard(bytes)).toThrow(UnreadableStateError);
      }),
    );
  });
});
