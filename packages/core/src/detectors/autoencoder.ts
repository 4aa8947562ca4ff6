import { momentsOf } from '../stats/moments.ts';
import { quantileOfSorted } from '../stats/quantile.ts';
import { createRandom } from '../stats/random.ts';
import { type AutoencoderOptions, type AutoencoderShape, layersOf } from './autoencoder-options.ts';
import type { FeatureMatrix } from './batch-model.ts';
import { createDenseNetwork, drawParameters, trainNetwork } from './dense-network.ts';

/** Of Adam; for a few hundred parameters, found by trial. */
const LEARNING_RATE = 0.01;
/** Rows of a batch: of a short history fewer, or there would be too few steps to learn anything. */
const BATCH_ROWS = { least: 4, most: 32 } as const;
const STEPS_PER_EPOCH = 64;

/**
 * Inputs end at so many deviations: a spike that is in a window for an hour must not saturate the
 * network, nor the few spikes of a week be all that the training cares for.
 */
const MOST_DEVIATIONS = 10;

/** A scale for the errors: what all but one in a hundred of them are below. */
const ERROR_QUANTILE = 0.99;
/** In deviations. A series that the network learns by heart would otherwise have no tolerance at all. */
const LEAST_ERROR = 0.05;
/** In deviations, of one window: whatever is farther off than this is just as far. */
const LARGEST_ERROR = 1e9;

/** Share of the values at either end that the scaler does without. */
const TAIL = 0.05;

/** What turns values into deviations: (value - centre) / scale. */
export interface Scaler {
  readonly centre: number;
  /** In the unit of the series; 0 when nothing varies. */
  readonly scale: number;
}

/** A fitted autoencoder of windows of one series. */
export interface Autoencoder {
  readonly parameters: Float64Array;
  /** The error that one training window in a hundred exceeds at its newest sample, in deviations; > 0. */
  readonly errorScale: number;
  /** The newest sample of the window that begins with these `inputSamples - 1`, as restored by the network. */
  restoreNewest(before: Float64Array): number;
}

/**
 * Mean and standard deviation of the central nine tenths of the values: a wild one must not press all
 * others together. Where those are all the same, as for rare counts, the deviation is that of all values.
 * At least one value.
 */
export function scalerOf(values: Float64Array): Scaler {
  const sorted = values.slice().sort();
  const tail = Math.floor(sorted.length * TAIL);
  const central = momentsOf(sorted.subarray(tail, sorted.length - tail));
  const scale = central.standardDeviation || momentsOf(sorted).standardDeviation;
  // The mean of equal values may be off by a rounding, and would then be none of them.
  return { centre: scale === 0 ? sorted[tail]! : central.mean, scale };
}

/**
 * Fits an autoencoder to the windows of a series, of those without a missing sample.
 *
 * It is a denoising one: what goes in is a window whose newest sample has been replaced by the one
 * before it, what has to come out is the window as it was. So what it says of the newest sample does not
 * depend on that sample, and an anomaly can't bend the expectation towards itself.
 *
 * Seeded: the same series, options and seed give the same network. O(epochs x samples) time; two copies
 * of every window while it lasts.
 *
 * @param grid - a sample each period, NaN for a missing one; at least one complete window
 * @see Vincent et al. 2008, "Extracting and composing robust features with denoising autoencoders"
 */
export function fitAutoencoder(
  grid: Float64Array,
  scaler: Scaler,
  options: AutoencoderOptions,
): Autoencoder {
  const { inputSamples, epochs, seed } = options;
  const { inputs, targets, newest } = windowsOf(grid, inputSamples, scaler);
  const random = createRandom(seed);
  const layers = layersOf(options);
  const network = createDenseNetwork(layers, drawParameters(layers, random));
  const batchRows = Math.floor(inputs.rows / STEPS_PER_EPOCH);
  const training = {
    epochs,
    batchRows: Math.min(Math.max(batchRows, BATCH_ROWS.least), BATCH_ROWS.most),
    learningRate: LEARNING_RATE,
  };
  trainNetwork(network, inputs, targets, training, random);

  const errors = newest.map((deviation, row) => {
    const restored = network.forward(inputs.data, row * inputSamples)[inputSamples - 1]!;
    return Math.min(Math.abs(deviation - restored), LARGEST_ERROR);
  });
  const errorScale = Math.max(quantileOfSorted(errors.sort(), ERROR_QUANTILE), LEAST_ERROR);
  return createAutoencoder(network.parameters, errorScale, scaler, options);
}

/** A fitted autoencoder from what was kept of it. */
export function createAutoencoder(
  parameters: Float64Array,
  errorScale: number,
  { centre, scale }: Scaler,
  shape: AutoencoderShape,
): Autoencoder {
  const { inputSamples } = shape;
  const network = createDenseNetwork(layersOf(shape), parameters);
  const inputs = new Float64Array(inputSamples);
  return {
    parameters,
    errorScale,
    restoreNewest(before) {
      for (let i = 0; i < inputSamples - 1; i++) inputs[i] = input(before[i]!, centre, scale);
      inputs[inputSamples - 1] = inputs[inputSamples - 2]!;
      return centre + scale * network.forward(inputs)[inputSamples - 1]!;
    },
  };
}

/** Number of complete windows. */
export function countWindows(grid: Float64Array, inputSamples: number): number {
  let count = 0;
  let run = 0;
  for (let i = 0; i < grid.length; i++) {
    run = Number.isNaN(grid[i]) ? 0 : run + 1;
    if (run >= inputSamples) count += 1;
  }
  return count;
}

interface Windows {
  /** A row a window, in deviations, its newest sample hidden; and with it. */
  readonly inputs: FeatureMatrix;
  readonly targets: FeatureMatrix;
  /** The newest samples themselves, in deviations however many. */
  readonly newest: Float64Array;
}

function windowsOf(grid: Float64Array, inputSamples: number, { centre, scale }: Scaler): Windows {
  const rows = countWindows(grid, inputSamples);
  const targets = new Float64Array(rows * inputSamples);
  const newest = new Float64Array(rows);
  let row = 0;
  let run = 0;
  for (let end = 1; end <= grid.length; end++) {
    run = Number.isNaN(grid[end - 1]) ? 0 : run + 1;
    if (run < inputSamples) continue;
    for (let i = 0; i < inputSamples; i++) {
      targets[row * inputSamples + i] = input(grid[end - inputSamples + i]!, centre, scale);
    }
    newest[row] = (grid[end - 1]! - centre) / scale;
    row += 1;
  }
  const inputs = targets.slice();
  for (let last = inputSamples - 1; last < inputs.length; last += inputSamples) {
    inputs[last] = inputs[last - 1]!;
  }
  return {
    inputs: { rows, features: inputSamples, data: inputs },
    targets: { rows, features: inputSamples, data: targets },
    newest,
  };
}

/** A value as the network sees it: in deviations, which end somewhere. */
function input(value: number, centre: number, scale: number): number {
  return Math.min(Math.max((value - centre) / scale, -MOST_DEVIATIONS), MOST_DEVIATIONS);
}
