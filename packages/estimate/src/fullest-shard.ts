/** So many series, each of such a weight: of milliseconds, bytes, queries, or 1 to count them. */
export interface Weighed {
  readonly count: number;
  readonly weight: number;
}

/** How likely it may be that some shard bears more. */
const RISK = 0.01;

/**
 * What the fullest of so many shards bears. A hash of its name puts each series into a shard, so that some get
 * more than their part: by Bernstein's inequality, for independent places, none bears more than this in
 * 99 of 100 estates. Few heavy series need more head-room than many light ones, and never more than all.
 * @see https://en.wikipedia.org/wiki/Bernstein_inequalities_(probability_theory)
 */
export function fullestShard(parts: readonly Weighed[], shards: number): number {
  let total = 0;
  let squares = 0;
  let heaviest = 0;
  for (const { count, weight } of parts) {
    total += count * weight;
    squares += count * weight ** 2;
    heaviest = Math.max(heaviest, weight);
  }
  if (shards === 1) return total;
  const variance = (squares / shards) * (1 - 1 / shards);
  const logOdds = Math.log(shards / RISK); // of any of the shards, so that the risk is divided
  const bound = (heaviest * logOdds) / 3;
  const headRoom = bound + Math.sqrt(bound ** 2 + 2 * variance * logOdds);
  return Math.min(total / shards + headRoom, total);
}
