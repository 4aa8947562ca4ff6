import { crc32 } from '../stats/crc32.ts';

/** A part of the estate: the n-th, counted from 0, of so many. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** How many series a shard is meant for: what one GetMetricData request takes. */
export const SERIES_PER_SHARD = 500;

/** A shard in the store. */
export function shardName({ index, count }: Shard): string {
  return count === 1 ? `shard-${index}` : `shard-${index}-of-${count}`;
}

/** The shard that a name stands for; undefined for the name of something else. */
export function shardNamed(name: string): Shard | undefined {
  const [, index, count = '1'] = /^shard-(\d{1,4})(?:-of-(\d{1,4}))?$/.exec(name) ?? [];
  if (index === undefined) return undefined;
  const shard = { index: Number(index), count: Number(count) };
  return shard.index < shard.count ? shard : undefined;
}

/**
 * Which of so many shards a series belongs to: always the same one, whatever other series come and go. Series
 * are spread evenly, as by chance: of 20 shards with 500 on average the fullest has some 550.
 *
 * @param key - of the watched series
 */
export function shardOf(key: string, count: number): number {
  return crc32(new TextEncoder().encode(key)) % count;
}
