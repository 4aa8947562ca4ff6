import { checkOption, InvalidOptionError } from '../errors.ts';
import type { DetectorFactory } from './detector.ts';
import { createInterquartileRange, type InterquartileRangeOptions } from './interquartile-range.ts';
import {
  createIsolationForestDetector,
  type IsolationForestDetectorOptions,
} from './isolation-forest-detector.ts';
import { createStaticThreshold, type StaticThresholdOptions } from './static-threshold.ts';
import { WINDOW_DEFAULTS, type WindowOptions } from './window-options.ts';
import { createZScore, type ZScoreOptions } from './z-score.ts';

/** The implementations of the isolation forest, by name. */
export const ISOLATION_FOREST_ENGINES = ['typed-array', 'isolation-forest-npm'] as const;
export type IsolationForestEngineName = (typeof ISOLATION_FOREST_ENGINES)[number];

/** A detector with its options, as plain data: what a configuration says and a snapshot is tied to. */
export type DetectorSpec =
  | ({ readonly type: 'static-threshold' } & StaticThresholdOptions)
  | ({ readonly type: 'z-score' } & ZScoreOptions)
  | ({ readonly type: 'interquartile-range' } & InterquartileRangeOptions)
  | ({
      readonly type: 'isolation-forest';
      readonly engine?: IsolationForestEngineName;
    } & Omit<IsolationForestDetectorOptions, 'engine'>);

/** Raised when the layout or the meaning of a detector's snapshot changes. */
const SNAPSHOT_VERSIONS: Record<DetectorSpec['type'], number> = {
  'static-threshold': 1,
  'z-score': 1,
  'interquartile-range': 1,
  'isolation-forest': 1,
};

export const DETECTOR_TYPES = Object.keys(SNAPSHOT_VERSIONS) as readonly DetectorSpec['type'][];

/**
 * The detector a spec describes. Asynchronous because a foreign engine is loaded only here, by
 * those who chose it.
 *
 * @throws {InvalidOptionError} an option is outside its range
 */
export async function loadDetector(spec: DetectorSpec): Promise<DetectorFactory> {
  const factory = await factoryOf(spec);
  factory(); // a wrong option is reported here, not at the first sample
  return factory;
}

async function factoryOf(spec: DetectorSpec): Promise<DetectorFactory> {
  switch (spec.type) {
    case 'static-threshold':
      return () => createStaticThreshold(spec);
    case 'z-score':
      return (snapshot) => createZScore(spec, snapshot);
    case 'interquartile-range':
      return (snapshot) => createInterquartileRange(spec, snapshot);
    case 'isolation-forest': {
      const { engine: name = 'typed-array', type: _, ...options } = spec;
      const names = ISOLATION_FOREST_ENGINES;
      checkOption(names.includes(name), 'engine', `one of ${names.join(', ')}`, name);
      if (name === 'typed-array') {
        return (snapshot) => createIsolationForestDetector(options, snapshot);
      }
      const { isolationForestNpm: engine } = await import('./isolation-forest-npm.ts');
      return (snapshot) => createIsolationForestDetector({ ...options, engine }, snapshot);
    }
    default: {
      const { type } = spec satisfies never as { readonly type: unknown };
      throw new InvalidOptionError('type', `one of ${DETECTOR_TYPES.join(', ')}`, type);
    }
  }
}

/**
 * What a snapshot can be restored into: the kind of detector, the version of its snapshot, and the
 * options that shape it. A store refuses a snapshot under another key; thresholds, seeds and engines
 * are not part of it, so turning those keeps what was learned.
 */
export function snapshotKey(spec: DetectorSpec): string {
  const { windowSamples, periodMs } = windowOf(spec);
  return `${spec.type}@${SNAPSHOT_VERSIONS[spec.type]}/${windowSamples}x${periodMs}ms`;
}

/** Samples the detector wants to have seen, and their spacing; 0 samples for one that learns nothing. */
export function windowOf(spec: DetectorSpec): Required<Omit<WindowOptions, 'warmupSamples'>> {
  if (spec.type === 'static-threshold') return { windowSamples: 0, periodMs: 0 };
  return {
    windowSamples: spec.windowSamples ?? WINDOW_DEFAULTS.windowSamples,
    periodMs: spec.periodMs ?? WINDOW_DEFAULTS.periodMs,
  };
}
