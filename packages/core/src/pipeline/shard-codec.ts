import type { AlertMessage } from '../alerts/message.ts';
import { crc32 } from '../stats/crc32.ts';
import type { OutboxEntry, SeriesState, ShardState } from './shard-state.ts';

/**
 * The bytes of a shard's state, all numbers little-endian:
 *
 *     0   "PLMB"
 *     4   u32 version of this layout
 *     8   u32 CRC-32 of everything from byte 12 on
 *     12  u32 length of the header, bytes; a multiple of 8
 *     16  header: JSON in UTF-8, padded with spaces
 *     ..  the snapshots, 64-bit floats, in the order of the header's series
 */
const MAGIC = 0x424d_4c50; // "PLMB" read as a little-endian u32
const VERSION = 2;
const CHECKED_FROM = 12;
const HEADER_AT = 16;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

interface Header {
  readonly series: readonly (Omit<SeriesState, 'watermark' | 'learnedUntil' | 'snapshot'> & {
    readonly key: string;
    /** null stands for -Infinity, which JSON does not have. */
    readonly watermark: number | null;
    readonly learnedUntil: number | null;
    readonly snapshotLength: number;
  })[];
  readonly outbox: readonly OutboxEntry[];
  readonly pages: readonly number[];
  readonly generation?: number;
  readonly isLeft?: true;
}

/** Stored bytes are not a state that this version can read. */
export class UnreadableStateError extends Error {
  override readonly name = 'UnreadableStateError';
}

export function encodeShard(state: ShardState): Uint8Array {
  const { outbox, pages, generation, isLeft } = state;
  const header: Header = {
    series: Array.from(state.series, ([key, { watermark, learnedUntil, snapshot, ...rest }]) => ({
      ...rest,
      key,
      watermark: finiteOrNull(watermark),
      learnedUntil: finiteOrNull(learnedUntil),
      snapshotLength: snapshot.length,
    })),
    outbox,
    pages,
    ...(generation !== undefined && { generation }),
    ...(isLeft && { isLeft }),
  };
  const json = encoder.encode(JSON.stringify(header));
  const headerLength = Math.ceil(json.length / 8) * 8;
  const numbers = header.series.reduce((sum, { snapshotLength }) => sum + snapshotLength, 0);

  const bytes = new Uint8Array(HEADER_AT + headerLength + numbers * 8);
  bytes.fill(0x20, HEADER_AT, HEADER_AT + headerLength);
  bytes.set(json, HEADER_AT);
  const payload = new Float64Array(bytes.buffer, HEADER_AT + headerLength);
  let at = 0;
  for (const { snapshot } of state.series.values()) {
    payload.set(snapshot, at);
    at += snapshot.length;
  }

  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, VERSION, true);
  view.setUint32(12, headerLength, true);
  view.setUint32(8, crc32(bytes.subarray(CHECKED_FROM)), true);
  return bytes;
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** @throws {UnreadableStateError} the bytes are damaged, of another kind, or of another version */
export function decodeShard(stored: Uint8Array): ShardState {
  // A copy with a buffer of its own, aligned to 8; a Buffer's slice would still share its pool.
  const bytes = new Uint8Array(stored);
  const view = new DataView(bytes.buffer);
  if (bytes.length < HEADER_AT || view.getUint32(0, true) !== MAGIC) {
    throw new UnreadableStateError('not a Plumbline state');
  }
  const version = view.getUint32(4, true);
  if (version !== VERSION) {
    throw new UnreadableStateError(`state of version ${version}, this is version ${VERSION}`);
  }
  if (view.getUint32(8, true) !== crc32(bytes.subarray(CHECKED_FROM))) {
    throw new UnreadableStateError('checksum does not match: the state is damaged');
  }

  const payloadAt = HEADER_AT + view.getUint32(12, true);
  const header = JSON.parse(decoder.decode(bytes.subarray(HEADER_AT, payloadAt))) as Header;
  const payload = new Float64Array(bytes.buffer, payloadAt);
  let at = 0;
  const series = new Map<string, SeriesState>();
  const { outbox, pages, generation, isLeft } = header;
  for (const { key, watermark, learnedUntil, snapshotLength, ...rest } of header.series) {
    series.set(key, {
      ...rest,
      watermark: watermark ?? Number.NEGATIVE_INFINITY,
      learnedUntil: learnedUntil ?? Number.NEGATIVE_INFINITY,
      snapshot: payload.slice(at, at + snapshotLength),
    });
    at += snapshotLength;
  }
  return {
    series,
    outbox: outbox.map(completed),
    pages,
    ...(generation !== undefined && { generation }),
    ...(isLeft && { isLeft }),
  };
}

/** With the fields that messages of an earlier release did not have. */
function completed(entry: OutboxEntry): OutboxEntry {
  const { id, message } = entry.notification;
  const earlier: Partial<AlertMessage> = message;
  const { condition = 'anomaly', detail = null, group = null, chart_url = null } = earlier;
  const whole = { ...message, condition, detail, group, chart_url };
  return { ...entry, notification: { id, message: whole } };
}
