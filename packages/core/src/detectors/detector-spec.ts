import { checkOption } from '../errors.ts';
import { ADAPTIVE_DEFAULTS, type AdaptiveOptions, createAdaptive } from './adaptive/adaptive.ts';
import { AUTOENCODER_DEFAULTS, type AutoencoderDetectorOptions } from './autoencoder-options.ts';
import {
  type ClosedFormForestOptions,
  createClosedFormForest,
} from './closed-form-forest-detector.ts';
import type { DetectorFactory } from './detector.ts';
import { createInterquartileRange, type InterquartileRangeOptions } from './interquartile-range.ts';
import {
  createIsolationForestDetector,
  type IsolationForestDetectorOptions,
} from './isolation-forest-detector.ts';
import {
  createIsolationForestViews,
  ISOLATION_FOREST_VIEWS_DEFAULTS,
  type IsolationForestViewsOptions,
} from './isolation-forest-views.ts';
import { createStaticThreshold, type StaticThresholdOptions } from './static-threshold.ts';
import { WINDOW_DEFAULTS, type WindowOptions } from './window-options.ts';
import { createZScore, type ZScoreOptions } from './z-score.ts';

/** The implementations of the isolation forest, by name. */
export const ISOLATION_FOREST_ENGINES = ['typed-array', 'isolation-forest-npm'] as const;
export type IsolationForestEngineName = (typeof ISOLATION_FOREST_ENGINES)[number];

/** A detector with its options, as plain data: what a configuration says and a snapshot is tied to. */
export type DetectorSpec =
  | ({ readonly type: 'adaptive' } & AdaptiveOptions)
  | ({ readonly type: 'static-threshold' } & StaticThresholdOptions)
  | ({ readonly type: 'z-score' } & ZScoreOptions)
  | ({ readonly type: 'interquartile-range' } & InterquartileRangeOptions)
  | ({
      readonly type: 'isolation-forest';
      readonly engine?: IsolationForestEngineName;
    } & Omit<IsolationForestDetectorOptions, 'engine'>)
  | ({ readonly type: 'isolation-forest-views' } & IsolationForestViewsOptions)
  | ({ readonly type: 'closed-form-forest' } & ClosedFormForestOptions)
  | ({ readonly type: 'autoencoder' } & AutoencoderDetectorOptions);

interface DetectorKind<Spec> {
  /** Raised when the layout or the meaning of the snapshot changes. */
  readonly snapshotVersion: number;
  /** The options that shape the snapshot, as text; others can be turned and keep what was learned. */
  shapeOf(spec: Spec): string;
  /** Asynchronous where something has to be loaded first, by those who chose it. */
  load(spec: Spec): DetectorFactory | Promise<DetectorFactory>;
}

/** The samples of a window, and their spacing. */
function windowShape({ windowSamples, periodMs }: WindowOptions): string {
  const { windowSamples: samples, periodMs: period } = WINDOW_DEFAULTS;
  return `${windowSamples ?? samples}x${periodMs ?? period}ms`;
}

/** Every kind of detector, by its type: what to add to for one more. */
const KINDS: {
  readonly [Type in DetectorSpec['type']]: DetectorKind<Extract<DetectorSpec, { type: Type }>>;
} = {
  adaptive: {
    snapshotVersion: 1,
    // The model of a shorter period has other slots, that of another time zone other days.
    shapeOf: ({ periodMs = ADAPTIVE_DEFAULTS.periodMs, timeZone = ADAPTIVE_DEFAULTS.timeZone }) =>
      `${periodMs}ms in ${timeZone}`,
    load: (spec) => (snapshot) => createAdaptive(spec, snapshot),
  },
  'static-threshold': {
    snapshotVersion: 1,
    shapeOf: () => '',
    load: (spec) => () => createStaticThreshold(spec),
  },
  'z-score': {
    snapshotVersion: 1,
    shapeOf: windowShape,
    load: (spec) => (snapshot) => createZScore(spec, snapshot),
  },
  'interquartile-range': {
    snapshotVersion: 1,
    shapeOf: windowShape,
    load: (spec) => (snapshot) => createInterquartileRange(spec, snapshot),
  },
  'isolation-forest': {
    snapshotVersion: 1,
    shapeOf: windowShape,
    async load({ engine: name = 'typed-array', type: _, ...options }) {
      const names = ISOLATION_FOREST_ENGINES;
      checkOption(names.includes(name), 'engine', `one of ${names.join(', ')}`, name);
      if (name === 'typed-array') {
        return (snapshot) => createIsolationForestDetector(options, snapshot);
      }
      const { isolationForestNpm: engine } = await import('./isolation-forest-npm.ts');
      return (snapshot) => createIsolationForestDetector({ ...options, engine }, snapshot);
    },
  },
  'isolation-forest-views': {
    snapshotVersion: 1,
    shapeOf({ refitEverySamples, ...window }) {
      const { refitEverySamples: refit } = ISOLATION_FOREST_VIEWS_DEFAULTS;
      return `${windowShape(window)}/${refitEverySamples ?? refit}`;
    },
    load: (spec) => (snapshot) => createIsolationForestViews(spec, snapshot),
  },
  'closed-form-forest': {
    snapshotVersion: 1,
    shapeOf: windowShape,
    load: (spec) => (snapshot) => createClosedFormForest(spec, snapshot),
  },
  autoencoder: {
    snapshotVersion: 1,
    shapeOf({ inputSamples, bottleneckUnits, ...window }) {
      const { inputSamples: inputs, bottleneckUnits: units } = AUTOENCODER_DEFAULTS;
      return `${windowShape(window)}/${inputSamples ?? inputs}-${bottleneckUnits ?? units}`;
    },
    async load(spec) {
      const { createAutoencoderDetector } = await import('./autoencoder-detector.ts');
      return (snapshot) => createAutoencoderDetector(spec, snapshot);
    },
  },
};

export const DETECTOR_TYPES = Object.keys(KINDS) as readonly DetectorSpec['type'][];

/** @throws {InvalidOptionError} there is no such type */
function kindOf(spec: DetectorSpec): DetectorKind<DetectorSpec> {
  const known = Object.hasOwn(KINDS, spec.type);
  checkOption(known, 'type', `one of ${DETECTOR_TYPES.join(', ')}`, spec.type);
  return KINDS[spec.type] as DetectorKind<DetectorSpec>;
}

const loaded = new WeakMap<DetectorSpec, Promise<DetectorFactory>>();

/**
 * The detector a spec describes. Loaded and checked once a spec: a fleet shares few of them.
 *
 * @throws {InvalidOptionError} an option is outside its range
 */
export function loadDetector(spec: DetectorSpec): Promise<DetectorFactory> {
  let factory = loaded.get(spec);
  if (factory === undefined) {
    factory = loadChecked(spec);
    loaded.set(spec, factory);
  }
  return factory;
}

async function loadChecked(spec: DetectorSpec): Promise<DetectorFactory> {
  const factory = await kindOf(spec).load(spec);
  factory(); // a wrong option is reported here, not at the first sample
  return factory;
}

/**
 * What a snapshot can be restored into: the kind of detector, the version of its snapshot, and the
 * options that shape it. A store refuses a snapshot under another key; thresholds, seeds and engines
 * are not part of it, so turning those keeps what was learned.
 */
export function snapshotKey(spec: DetectorSpec): string {
  const kind = kindOf(spec);
  return `${spec.type}@${kind.snapshotVersion}/${kind.shapeOf(spec)}`;
}
