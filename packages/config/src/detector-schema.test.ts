import { DETECTOR_TYPES, loadDetector } from '@plumbline/core';
import { describe, expect, test } from 'vitest';
import { parseConfig } from './parse.ts';

function detectorOf(text: string) {
  const { monitors } = parseConfig(
    `{version: 1, monitors: [{name: CPU, csv: cpu.csv, detector: {${text}}}]}`,
  );
  return monitors[0]!.detector;
}

describe('a detector', () => {
  test.each(DETECTOR_TYPES)(
    '%s can be chosen by its name, and is one that can be made',
    async (type) => {
      const needed = type === 'static-threshold' ? ', above: 90' : '';
      const spec = detectorOf(`type: ${type}${needed}`);
      expect(spec.type).toBe(type);
      expect((await loadDetector(spec))().snapshot()).toBeInstanceOf(Float64Array);
    },
  );

  test('closed-form-forest fills its defaults', () => {
    expect(detectorOf('type: closed-form-forest')).toMatchObject({
      type: 'closed-form-forest',
      threshold: 0.85,
      warmupSamples: 100,
    });
  });

  test('autoencoder fills its defaults', () => {
    expect(detectorOf('type: autoencoder')).toMatchObject({
      type: 'autoencoder',
      threshold: 4,
      inputSamples: 12,
      bottleneckUnits: 3,
      refitEverySamples: 288,
      epochs: 20,
      seed: 42,
      warmupSamples: 100,
    });
  });

  test('what an autoencoder accepts at its limits can be made', async () => {
    const spec = detectorOf('type: autoencoder, inputSamples: 50, bottleneckUnits: 49, epochs: 1');
    expect((await loadDetector(spec))().threshold).toBe(4);
  });
});
