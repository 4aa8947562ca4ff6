/** The slot a moment belongs to: the moment floored to the period, both in milliseconds. */
export function slotOf(timestampMs: number, periodMs: number): number {
  return Math.floor(timestampMs / periodMs) * periodMs;
}

/**
 * The slots at which samples stamped `firstMs` to `lastMs` become readable, in order.
 *
 * A sample stamped t covers [t, t + period) and is complete at the first slot at or after
 * t + period; `settleMs` more is left for stragglers.
 */
export function* slotsFor(
  firstMs: number,
  lastMs: number,
  { periodMs, settleMs = 0 }: { readonly periodMs: number; readonly settleMs?: number },
): Generator<number> {
  const readableAt = (timestamp: number): number =>
    Math.ceil((timestamp + periodMs + settleMs) / periodMs) * periodMs;
  for (let slot = readableAt(firstMs); slot <= readableAt(lastMs); slot += periodMs) yield slot;
}
