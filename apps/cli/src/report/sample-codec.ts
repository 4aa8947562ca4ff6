/**
 * The samples of one chart in few bytes, for the report's page to take apart again.
 *
 * Times are exact, to the ms. Of numbers the mantissa is cut: a finite one comes back with a relative error of at most
 * 2^-14, which leaves four significant digits, and of a series that is narrow for its height with as much less as
 * its spread asks for, down to 2^-40, so that 1,000,000,010 to 1,000,000,030 is still a line that moves. Zero, powers of two,
 * NaN and both infinities come back as they were.
 *
 * Layout, all varints of 7 bits, lowest first: count, step in ms, time of the first sample in ms, the differences
 * of the differences of the times in steps; then for each column the bits kept of its mantissa and the
 * differences of its codes. What may be negative is zigzagged.
 */
export interface ChartSamples {
  /** Ascending, ms since the epoch. */
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
  readonly expected: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** Bits of a mantissa that are always kept: rounded to them, a number is off by 2^-14 of itself at most. */
export const LEAST_MANTISSA_BITS = 13;
/** At most so many, that the zigzagged differences of codes are whole numbers in a double. */
const MOST_MANTISSA_BITS = 39;

/** Exponents of doubles, those of subnormal numbers too, and one more for infinity. */
const LOWEST_EXPONENT = -1074;
const INFINITE_EXPONENT = 1024;

const COLUMNS = ['values', 'expected', 'lower', 'upper'] as const;

/**
 * @throws {RangeError} the columns are not of one length, or the times are not whole ascending ms
 */
export function encodeSamples(samples: ChartSamples): Uint8Array {
  const { timestamps } = samples;
  const count = timestamps.length;
  for (const name of COLUMNS) {
    if (samples[name].length !== count) {
      throw new RangeError(`${samples[name].length} of ${name} for ${count} timestamps`);
    }
  }
  checkTimes(timestamps);
  const bytes: number[] = [];
  const stepMs = stepOf(timestamps);
  pushVarint(bytes, count);
  pushVarint(bytes, stepMs);
  pushVarint(bytes, zigzag(timestamps[0] ?? 0));
  let before = 0;
  for (let i = 1; i < count; i++) {
    const steps = (timestamps[i]! - timestamps[i - 1]!) / stepMs;
    pushVarint(bytes, zigzag(steps - before));
    before = steps;
  }
  const extraBits = extraBitsFor(samples.values);
  for (const name of COLUMNS) {
    const bits = Math.min(LEAST_MANTISSA_BITS + extraBits, MOST_MANTISSA_BITS);
    pushVarint(bytes, bits);
    let last = 0;
    for (const value of samples[name]) {
      const code = codeOf(value, bits);
      pushVarint(bytes, zigzag(code - last));
      last = code;
    }
  }
  return Uint8Array.from(bytes);
}

export function decodeSamples(bytes: Uint8Array): ChartSamples {
  let at = 0;
  const next = (): number => {
    let number = 0;
    for (let scale = 1; ; scale *= 128) {
      if (at >= bytes.length) throw new RangeError('the samples end too early');
      const byte = bytes[at]!;
      at += 1;
      number += (byte % 128) * scale;
      if (byte < 128) return number;
    }
  };
  const count = next();
  const stepMs = next();
  const timestamps = new Float64Array(count);
  let time = unzigzag(next());
  let steps = 0;
  for (let i = 0; i < count; i++) {
    if (i > 0) {
      steps += unzigzag(next());
      time += steps * stepMs;
    }
    timestamps[i] = time;
  }
  const column = (): Float64Array => {
    const bits = next();
    let code = 0;
    return Float64Array.from({ length: count }, () => {
      code += unzigzag(next());
      return numberOf(code, bits);
    });
  };
  return { timestamps, values: column(), expected: column(), lower: column(), upper: column() };
}

/** Codes are in the order of the numbers, and neighbours in the one are neighbours in the other. */
function codeOf(value: number, bits: number): number {
  const ofInfinity = (INFINITE_EXPONENT - LOWEST_EXPONENT + 1) * 2 ** bits;
  if (Number.isNaN(value)) return -ofInfinity - 1;
  const size = Math.abs(value);
  if (size === 0) return 0;
  if (size === Number.POSITIVE_INFINITY) return Math.sign(value) * ofInfinity;
  const exponent = exponentOf(size);
  const fraction = size / 2 ** exponent - 1;
  const code = (exponent - LOWEST_EXPONENT + 1) * 2 ** bits + Math.round(fraction * 2 ** bits);
  return Math.sign(value) * Math.min(code, ofInfinity - 1);
}

function numberOf(code: number, bits: number): number {
  const size = Math.abs(code);
  if (size === 0) return 0;
  const exponent = Math.floor(size / 2 ** bits) + LOWEST_EXPONENT - 1;
  if (exponent >= INFINITE_EXPONENT && size % 2 ** bits !== 0) return Number.NaN;
  return Math.sign(code) * 2 ** exponent * (1 + (size % 2 ** bits) / 2 ** bits);
}

const scratch = new DataView(new ArrayBuffer(8));
const SUBNORMAL_BITS = 52;

/** The exponent e of a finite number in [2^e, 2^(e+1)), from its bits: Math.log2 is off by one next to powers of two. */
function exponentOf(size: number): number {
  scratch.setFloat64(0, size);
  const biased = scratch.getUint32(0) >>> 20;
  if (biased > 0) return biased - 1023;
  return exponentOf(size * 2 ** SUBNORMAL_BITS) - SUBNORMAL_BITS;
}

/** How many bits a series needs beyond those that a relative error asks for: as much as it is higher than wide. */
function extraBitsFor(values: Float64Array): number {
  const finite = values.filter(Number.isFinite).sort();
  if (finite.length === 0) return 0;
  const at = (share: number): number => finite[Math.round(share * (finite.length - 1))]!;
  const spread = at(0.9) - at(0.1) || at(1) - at(0);
  const height = Math.max(Math.abs(at(0.1)), Math.abs(at(0.9)));
  if (spread === 0) return MOST_MANTISSA_BITS; // one number throughout: it costs nothing
  return Math.max(0, Math.ceil(Math.log2(height / spread)));
}

function checkTimes(timestamps: Float64Array): void {
  for (let i = 0; i < timestamps.length; i++) {
    const time = timestamps[i]!;
    const isAscending = i === 0 || time > timestamps[i - 1]!;
    if (!Number.isSafeInteger(time) || !isAscending) {
      throw new RangeError(`timestamps must be whole, ascending ms, got ${time} at ${i}`);
    }
  }
}

/** The greatest step that all differences are multiples of; 1 where there is none. */
function stepOf(timestamps: Float64Array): number {
  let step = 0;
  for (let i = 1; i < timestamps.length; i++) {
    let rest = timestamps[i]! - timestamps[i - 1]!;
    while (rest > 0) [step, rest] = [rest, step % rest];
  }
  return step === 0 ? 1 : step;
}

function pushVarint(bytes: number[], number: number): void {
  let rest = number;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}

function zigzag(number: number): number {
  return number < 0 ? -2 * number - 1 : 2 * number;
}

function unzigzag(number: number): number {
  return number % 2 === 0 ? number / 2 : -(number + 1) / 2;
}
