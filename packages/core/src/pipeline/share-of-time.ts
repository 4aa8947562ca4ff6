/**
 * The time left, ms, within a share of what is left now: the rest is for what comes after. Without end
 * when there is no end.
 *
 * @param share - in (0, 1)
 */
export function shareOfTime(remainingMs: () => number, share: number): () => number {
  const left = remainingMs();
  const kept = Number.isFinite(left) ? left * (1 - share) : 0;
  return () => remainingMs() - kept;
}
