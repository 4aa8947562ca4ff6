import type { Random } from '../stats/random.ts';
import type { FeatureMatrix } from './batch-model.ts';

/**
 * A feedforward network of dense layers: tanh in the hidden ones, the last one linear.
 *
 * Parameters lie layer after layer: [weights, a row for each unit, then a bias for each unit].
 */
export interface DenseNetwork {
  readonly parameters: Float64Array;
  /** Puts a row of inputs through; the outputs are valid until the next call. */
  forward(inputs: Float64Array, at?: number): Float64Array;
  /**
   * Adds the gradient of half the squared error of the row that was put through last to `gradient`,
   * which lies as the parameters do.
   */
  addGradient(targets: Float64Array, at: number, gradient: Float64Array): void;
}

export interface TrainingOptions {
  /** How often every row is seen; an integer >= 1. */
  readonly epochs: number;
  /** Rows whose gradients make one step; an integer >= 1. */
  readonly batchRows: number;
  /** Size of the first step; each parameter moves by about this. It falls to nothing, linearly. */
  readonly learningRate: number;
}

/** Number of parameters of a network with these layers, inputs and outputs included. */
export function parametersOf(sizes: readonly number[]): number {
  return sizes.slice(1).reduce((sum, units, i) => sum + units * (sizes[i]! + 1), 0);
}

/**
 * Parameters to begin with: biases of zero, weights uniform within sqrt(6 / (inputs + units)).
 * @see Glorot and Bengio 2010, "Understanding the difficulty of training deep feedforward neural
 *   networks", equation 16
 */
export function drawParameters(sizes: readonly number[], random: Random): Float64Array {
  const parameters = new Float64Array(parametersOf(sizes));
  let at = 0;
  for (let layer = 1; layer < sizes.length; layer++) {
    const [inputs, units] = [sizes[layer - 1]!, sizes[layer]!];
    const bound = Math.sqrt(6 / (inputs + units));
    for (let i = 0; i < inputs * units; i++) parameters[at++] = bound * (2 * random.uniform() - 1);
    at += units;
  }
  return parameters;
}

/**
 * @param sizes - units of each layer: the inputs, the hidden ones, the outputs
 * @param parameters - as many as `parametersOf` says; kept, not copied, so that training changes them
 */
export function createDenseNetwork(
  sizes: readonly number[],
  parameters: Float64Array,
): DenseNetwork {
  const last = sizes.length - 1;
  const values = sizes.map((units) => new Float64Array(units)); // what each layer puts out
  const errors = sizes.map((units) => new Float64Array(units)); // the gradient there, before its tanh
  const starts = sizes.map((_, layer) => parametersOf(sizes.slice(0, layer)));
  const outputs = values[last]!;

  const putThrough = (layer: number): void => {
    const below = values[layer - 1]!;
    const here = values[layer]!;
    let weight = starts[layer]!;
    const biases = weight + below.length * here.length;
    for (let unit = 0; unit < here.length; unit++, weight += below.length) {
      let sum = parameters[biases + unit]!;
      for (let i = 0; i < below.length; i++) sum += parameters[weight + i]! * below[i]!;
      here[unit] = layer === last ? sum : Math.tanh(sum);
    }
  };
  const addLayerGradient = (layer: number, gradient: Float64Array): void => {
    const below = values[layer - 1]!;
    const here = errors[layer]!;
    let weight = starts[layer]!;
    const biases = weight + below.length * here.length;
    for (let unit = 0; unit < here.length; unit++, weight += below.length) {
      const error = here[unit]!;
      gradient[biases + unit]! += error;
      for (let i = 0; i < below.length; i++) gradient[weight + i]! += error * below[i]!;
    }
  };
  /** Takes the errors of a layer down through its weights and the tanh of the layer below. */
  const propagate = (layer: number): void => {
    const here = errors[layer]!;
    const below = values[layer - 1]!;
    const out = errors[layer - 1]!;
    for (let i = 0; i < out.length; i++) {
      let sum = 0;
      let weight = starts[layer]! + i;
      for (let unit = 0; unit < here.length; unit++, weight += out.length) {
        sum += here[unit]! * parameters[weight]!;
      }
      out[i] = sum * (1 - below[i]! * below[i]!); // tanh' = 1 - tanh^2
    }
  };

  return {
    parameters,
    forward(inputs, from = 0) {
      const first = values[0]!;
      for (let i = 0; i < first.length; i++) first[i] = inputs[from + i]!;
      for (let layer = 1; layer <= last; layer++) putThrough(layer);
      return outputs;
    },
    addGradient(targets, from, gradient) {
      const top = errors[last]!;
      for (let i = 0; i < top.length; i++) top[i] = outputs[i]! - targets[from + i]!;
      for (let layer = last; layer >= 1; layer--) {
        addLayerGradient(layer, gradient);
        if (layer > 1) propagate(layer);
      }
    },
  };
}

/** Decay of the running means of the gradient and of its square, and what keeps the quotient finite. */
const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-8;

/**
 * Trains a network to give `targets` for `inputs`, least in the mean of the squared errors, by Adam on
 * small batches of rows in a random order.
 *
 * @param inputs - complete rows; `targets` are as many
 * @see Kingma and Ba 2015, "Adam: a method for stochastic optimization", algorithm 1
 */
export function trainNetwork(
  network: DenseNetwork,
  inputs: FeatureMatrix,
  targets: FeatureMatrix,
  { epochs, batchRows, learningRate }: TrainingOptions,
  random: Random,
): void {
  const { rows } = inputs;
  const { parameters } = network;
  const gradient = new Float64Array(parameters.length);
  const mean = new Float64Array(parameters.length);
  const square = new Float64Array(parameters.length);
  const order = Uint32Array.from({ length: rows }, (_, row) => row);
  const steps = epochs * Math.ceil(rows / batchRows);
  let step = 0;
  let decay1 = 1;
  let decay2 = 1;

  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffle(order, random);
    for (let from = 0; from < rows; from += batchRows) {
      const to = Math.min(from + batchRows, rows);
      gradient.fill(0);
      for (let i = from; i < to; i++) {
        const row = order[i]!;
        network.forward(inputs.data, row * inputs.features);
        network.addGradient(targets.data, row * targets.features, gradient);
      }
      decay1 *= BETA_1;
      decay2 *= BETA_2;
      const rate = (learningRate * (1 - step / steps)) / (1 - decay1);
      for (let i = 0; i < parameters.length; i++) {
        const slope = gradient[i]! / (to - from);
        mean[i] = BETA_1 * mean[i]! + (1 - BETA_1) * slope;
        square[i] = BETA_2 * square[i]! + (1 - BETA_2) * slope * slope;
        parameters[i]! -= (rate * mean[i]!) / (Math.sqrt(square[i]! / (1 - decay2)) + EPSILON);
      }
      step += 1;
    }
  }
}

/** Fisher and Yates. */
function shuffle(order: Uint32Array, random: Random): void {
  for (let i = order.length - 1; i > 0; i--) {
    const other = random.below(i + 1);
    const kept = order[i]!;
    order[i] = order[other]!;
    order[other] = kept;
  }
}
