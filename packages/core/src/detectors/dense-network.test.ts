import { describe, expect, test } from 'vitest';
import { createRandom } from '../stats/random.ts';
import { matrixOfValues } from './batch-model.ts';
import { createDenseNetwork, drawParameters, parametersOf, trainNetwork } from './dense-network.ts';

/** Sum over outputs of half the squared error. */
function lossOf(outputs: Float64Array, targets: Float64Array): number {
  return outputs.reduce((sum, output, i) => sum + (output - targets[i]!) ** 2 / 2, 0);
}

describe('createDenseNetwork', () => {
  test('a network of 12, 8, 3, 8 and 12 units has a weight for each pair and a bias for each unit', () => {
    expect(parametersOf([12, 8, 3, 8, 12])).toBe(12 * 8 + 8 + 8 * 3 + 3 + 3 * 8 + 8 + 8 * 12 + 12);
    expect(drawParameters([2, 1], createRandom(1))).toHaveLength(3);
  });

  test('it puts a row through: tanh in the hidden layer, and the last one linear', () => {
    // Hidden: tanh(0.5 x - y + 0.1), tanh(2 y); output: 3 first - second + 7.
    const network = createDenseNetwork([2, 2, 1], Float64Array.of(0.5, -1, 0, 2, 0.1, 0, 3, -1, 7));
    const expected = 3 * Math.tanh(0.5 * 4 - 1 + 0.1) - Math.tanh(2) + 7;
    expect(network.forward(Float64Array.of(4, 1))[0]).toBeCloseTo(expected, 14);
    expect(network.forward(Float64Array.of(9, 9, 4, 1), 2)[0]).toBeCloseTo(expected, 14);
  });

  test('its gradient is what moving each parameter a little does to the error', () => {
    const sizes = [3, 4, 2, 4, 3];
    const random = createRandom(5);
    const parameters = drawParameters(sizes, random).map((p) => p + 0.2 * (random.uniform() - 0.5));
    const network = createDenseNetwork(sizes, parameters);
    const inputs = Float64Array.of(0.3, -1.2, 2);
    const targets = Float64Array.of(1, 0, -0.5);

    const gradient = new Float64Array(parameters.length);
    network.forward(inputs);
    network.addGradient(targets, 0, gradient);
    const step = 1e-5;
    for (let i = 0; i < parameters.length; i++) {
      const kept = parameters[i]!;
      parameters[i] = kept + step;
      const above = lossOf(network.forward(inputs), targets);
      parameters[i] = kept - step;
      const below = lossOf(network.forward(inputs), targets);
      parameters[i] = kept;
      expect(gradient[i]).toBeCloseTo((above - below) / (2 * step), 8);
    }
  });

  test('gradients of several rows add up', () => {
    const network = createDenseNetwork([1, 1], Float64Array.of(2, 0));
    const gradient = new Float64Array(2);
    for (const input of [1, 3]) {
      network.forward(Float64Array.of(input));
      network.addGradient(Float64Array.of(0), 0, gradient);
    }
    expect([...gradient]).toEqual([2 * 1 + 6 * 3, 2 + 6]);
  });
});

describe('drawParameters', () => {
  test('weights lie within the bound of Glorot and Bengio and use it, biases are zero', () => {
    const drawn = drawParameters([40, 20], createRandom(1));
    const bound = Math.sqrt(6 / 60);
    const largest = drawn.subarray(0, 800).reduce((most, w) => Math.max(most, Math.abs(w)), 0);
    expect(largest).toBeLessThanOrEqual(bound);
    expect(largest).toBeGreaterThan(0.98 * bound);
    expect([...drawn.subarray(800)]).toEqual(new Array(20).fill(0));
  });
});

describe('trainNetwork', () => {
  const xs = Float64Array.from({ length: 200 }, (_, i) => i / 100 - 1);
  const inputs = matrixOfValues(xs);
  const options = { epochs: 200, batchRows: 16, learningRate: 0.02 };

  function trained(sizes: readonly number[], targets: Float64Array, seed: number) {
    const random = createRandom(seed);
    const network = createDenseNetwork(sizes, drawParameters(sizes, random));
    trainNetwork(network, inputs, matrixOfValues(targets), options, random);
    return network;
  }

  test('a line is found by a network without hidden layers', () => {
    const { parameters } = trained(
      [1, 1],
      xs.map((x) => 3 * x - 2),
      1,
    );
    expect(parameters[0]).toBeCloseTo(3, 3);
    expect(parameters[1]).toBeCloseTo(-2, 3);
  });

  test('a wave is found by one with them', () => {
    const targets = xs.map((x) => Math.sin(3 * x));
    const network = trained([1, 8, 1], targets, 1);
    const squares = xs.map((_, row) => (network.forward(xs, row)[0]! - targets[row]!) ** 2);
    const meanSquare = squares.reduce((a, b) => a + b) / xs.length;
    expect(meanSquare).toBeLessThan(0.01); // of 0.55 without a network
  });

  test('the same seed gives the same parameters to the last bit, and another seed others', () => {
    const targets = xs.map((x) => x * x);
    const once = trained([1, 3, 1], targets, 1).parameters;
    expect(trained([1, 3, 1], targets, 1).parameters).toEqual(once);
    expect(trained([1, 3, 1], targets, 2).parameters).not.toEqual(once);
  });

  // Kingma and Ba 2015: a first step has the size of the learning rate, whatever that of the gradient.
  test.each([1e-3, 1, 1e6])('the first step is the learning rate for errors of %d too', (error) => {
    const network = createDenseNetwork([1, 1], Float64Array.of(0, 0));
    const one = matrixOfValues(Float64Array.of(1));
    const target = matrixOfValues(Float64Array.of(error));
    const once = { epochs: 1, batchRows: 1, learningRate: 0.5 };
    trainNetwork(network, one, target, once, createRandom(1));
    expect(network.parameters[0]).toBeCloseTo(0.5, 4);
    expect(network.parameters[1]).toBeCloseTo(0.5, 4);
  });
});
