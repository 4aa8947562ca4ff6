import { readFileSync } from 'node:fs';

/** Three real AWS metrics, seven days at 5 minutes each; see the README.md beside them. */
const FIXTURE = new URL(
  '../../../packages/core/src/detectors/testdata/isolation-forest/',
  import.meta.url,
);
const NAMES = [
  'ec2_cpu_utilization_5f5533',
  'rds_cpu_utilization_cc0c53',
  'elb_request_count_8c0756',
] as const;

/** Noise added to a copy of a series, as a share of its range. */
const NOISE = 0.01;

/** Values of one metric, oldest first; 2,016 of them. */
export function readSeries(): readonly Float64Array[] {
  return NAMES.map((name) => {
    const { data } = JSON.parse(readFileSync(new URL(`${name}.json`, FIXTURE), 'utf8'));
    return Float64Array.from(data);
  });
}

/** A series like this one but not it: turned in time, stretched, and a little noisy. */
export function perturbed(series: Float64Array, seed: number): Float64Array {
  const uniform = createUniform(seed);
  const turn = Math.floor(uniform() * series.length);
  const gain = 0.5 + uniform();
  const low = series.reduce((a, b) => Math.min(a, b));
  const high = series.reduce((a, b) => Math.max(a, b));
  const noise = NOISE * (high - low);
  return series.map((_, i) => {
    const value = series[(i + turn) % series.length]!;
    return gain * (value + noise * (uniform() - 0.5));
  });
}

/** Mulberry32 (Tommy Ettinger): uniform in [0, 1), the same for the same seed. */
function createUniform(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) * 2 ** -32;
  };
}
