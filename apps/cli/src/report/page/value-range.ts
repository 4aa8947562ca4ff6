/** What of a chart lies between two samples, both counted in. */
export interface InView {
  readonly values: ArrayLike<number | null>;
  readonly expected: ArrayLike<number | null>;
  readonly lower: ArrayLike<number | null>;
  readonly upper: ArrayLike<number | null>;
  readonly first: number;
  readonly last: number;
}

/** Peaks are shown to so many times the height of all but the outermost, and cut beyond. */
const MOST_PEAK = 2.5;
/** The outermost on each side, as a share of all samples. */
const OUTERMOST = 0.005;
/** Room above and below, as a share of the height. */
const ROOM = 0.08;
/** More samples than these are looked at in strides: sorted for each frame of a pan, they would make it jerk. */
const MOST_SORTED = 4096;

/**
 * The values that a chart goes from and to, so that one peak does not flatten all else. With `all` nothing is cut.
 * The band is shown as far as there is something to compare it with.
 */
export function valueRange(inView: InView, all: boolean): readonly [least: number, most: number] {
  const values = sortedFinite(inView.values, inView);
  const band = [inView.expected, inView.lower, inView.upper].flatMap((column) => {
    const sorted = sortedFinite(column, inView);
    return sorted.length === 0 ? [] : [quantile(sorted, 0.03), quantile(sorted, 0.97)];
  });
  if (values.length === 0) {
    return band.length === 0 ? [0, 1] : withRoom(Math.min(...band), Math.max(...band));
  }
  const [least, most] = [values[0]!, values.at(-1)!];
  if (all) return withRoom(Math.min(least, ...band), Math.max(most, ...band));

  const low = quantile(values, OUTERMOST);
  const high = quantile(values, 1 - OUTERMOST);
  const height = high - low || most - least;
  const bottom = Math.max(least, low - MOST_PEAK * height);
  const top = Math.min(most, high + MOST_PEAK * height);
  if (height === 0) {
    const near = Math.abs(most) || 1;
    const close = band.filter((value) => Math.abs(value - most) <= near);
    return withRoom(Math.min(bottom, ...close), Math.max(top, ...close));
  }
  const within = band.map((value) => Math.min(Math.max(value, low - height), high + height));
  return withRoom(Math.min(bottom, ...within), Math.max(top, ...within));
}

function withRoom(least: number, most: number): readonly [number, number] {
  const room = (most - least) * ROOM || Math.abs(most) * ROOM || 1;
  // What cannot be negative is not drawn as if it could.
  const bottom = least >= 0 && least - room < 0 ? 0 : least - room;
  const top = least < 0 && most <= 0 && most + room > 0 ? 0 : most + room;
  return bottom < top && Number.isFinite(top - bottom) ? [bottom, top] : [least, most];
}

function sortedFinite(column: ArrayLike<number | null>, { first, last }: InView): Float64Array {
  const stride = Math.max(1, Math.ceil((last - first + 1) / MOST_SORTED));
  const finite = new Float64Array(last - first + 1);
  let count = 0;
  for (let i = first; i <= last; i++) {
    const value = column[i] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    if (stride > 1 && (i - first) % stride !== 0) continue;
    finite[count] = value;
    count += 1;
  }
  return finite.subarray(0, count).sort();
}

function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.round(share * (sorted.length - 1))]!;
}
