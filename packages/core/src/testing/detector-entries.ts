import type { DetectorSpec } from '../detectors/detector-spec.ts';

/** What the conformance suite has to know of a type of detector. */
export interface DetectorEntry {
  /** Small enough for thousands of samples under test. */
  readonly spec: DetectorSpec;
  /** Samples to have learned before the first opinion. */
  readonly learnsBefore: number;
  /** The same under the defaults of the type; undefined where there are none. */
  readonly learnsBeforeByDefault: number | undefined;
  /** Whether the verdict depends on nothing but how the values lie to one another. */
  readonly shiftsAndScales: boolean;
  /** What it says of a constant series: nothing, or that it is normal. */
  readonly ofConstants: 'no-spread' | 'normal';
  /** Options outside their range, and what is said of them. */
  readonly misuse: readonly Misuse[];
}

interface Misuse {
  readonly options: Readonly<Record<string, unknown>>;
  readonly option: string;
  readonly expected: string;
  readonly got: string;
}

/** One option outside its range. */
function wrong(option: string, got: unknown, expected: string): Misuse {
  return { options: { [option]: got }, option, expected, got: String(got) };
}

const WINDOW = { windowSamples: 40, warmupSamples: 10 } as const;

const WINDOW_MISUSE: readonly Misuse[] = [
  ...[1, 2.5, 41, Number.NaN].map((n) => wrong('warmupSamples', n, 'an integer in [2, 40]')),
  wrong('periodMs', 0, '> 0'),
  wrong('periodMs', Number.POSITIVE_INFINITY, '> 0'),
];

const WINDOW_SIZE_MISUSE = [1, 2.5, Number.NaN].map((n) =>
  wrong('windowSamples', n, 'an integer >= 2'),
);

const THRESHOLD_MISUSE = [0, -3, Number.NaN].map((n) => wrong('threshold', n, '> 0'));

/** One entry a type; the suite fails for a type that has none. */
export const DETECTOR_ENTRIES: Record<DetectorSpec['type'], DetectorEntry> = {
  adaptive: {
    spec: { type: 'adaptive', warmupSamples: 24 },
    learnsBefore: 24,
    learnsBeforeByDefault: 288,
    shiftsAndScales: true,
    ofConstants: 'no-spread',
    misuse: [
      ...[23, 24.5, Number.NaN].map((n) => wrong('warmupSamples', n, 'an integer >= 24')),
      wrong('periodMs', 0, '> 0'),
      wrong('periodMs', Number.POSITIVE_INFINITY, '> 0'),
      wrong('timeZone', 'Mars/Olympus', 'a time zone such as Europe/Zurich'),
    ],
  },
  'static-threshold': {
    spec: { type: 'static-threshold', above: 100, below: -100 },
    learnsBefore: 0,
    learnsBeforeByDefault: undefined,
    shiftsAndScales: false,
    ofConstants: 'normal',
    misuse: [
      wrong('below', 101, 'at most above (100)'),
      wrong('below', Number.NaN, 'at most above (100)'),
      {
        options: { above: undefined, below: undefined },
        option: 'above or below',
        expected: 'given as a finite number',
        got: 'above undefined, below undefined',
      },
    ],
  },
  'z-score': {
    spec: { type: 'z-score', ...WINDOW },
    learnsBefore: 10,
    learnsBeforeByDefault: 100,
    shiftsAndScales: true,
    ofConstants: 'no-spread',
    misuse: [...THRESHOLD_MISUSE, ...WINDOW_MISUSE, ...WINDOW_SIZE_MISUSE],
  },
  'interquartile-range': {
    spec: { type: 'interquartile-range', ...WINDOW },
    learnsBefore: 10,
    learnsBeforeByDefault: 100,
    shiftsAndScales: true,
    ofConstants: 'no-spread',
    misuse: [...THRESHOLD_MISUSE, ...WINDOW_MISUSE, ...WINDOW_SIZE_MISUSE],
  },
  'isolation-forest': {
    spec: { type: 'isolation-forest', ...WINDOW, trees: 10, subsample: 16 },
    learnsBefore: 9, // the sample judged is one of the ten
    learnsBeforeByDefault: 99,
    shiftsAndScales: true,
    ofConstants: 'normal',
    misuse: [
      ...WINDOW_MISUSE,
      wrong('windowSamples', 2, 'an integer >= 3'),
      wrong('contamination', 0, 'in (0, 0.5]'),
      wrong('contamination', 0.51, 'in (0, 0.5]'),
      wrong('trees', 0, 'an integer >= 1'),
      wrong('subsample', 1, 'an integer >= 2'),
      wrong('seed', 0.5, 'an integer'),
      wrong('engine', 'scikit-learn', 'one of typed-array, isolation-forest-npm'),
    ],
  },
  'isolation-forest-views': {
    spec: {
      type: 'isolation-forest-views',
      ...WINDOW,
      trees: 50,
      subsample: 32,
      contamination: 0.05,
      refitEverySamples: 5,
    },
    learnsBefore: 10,
    learnsBeforeByDefault: 100,
    shiftsAndScales: true,
    ofConstants: 'no-spread',
    misuse: [
      ...WINDOW_MISUSE,
      wrong('windowSamples', 2, 'an integer >= 3'),
      wrong('contamination', 0, 'in (0, 0.5]'),
      wrong('refitEverySamples', 0, 'an integer >= 1'),
      wrong('trees', 0, 'an integer >= 1'),
    ],
  },
  'closed-form-forest': {
    spec: { type: 'closed-form-forest', ...WINDOW },
    learnsBefore: 10,
    learnsBeforeByDefault: 100,
    shiftsAndScales: true,
    ofConstants: 'no-spread',
    misuse: [
      ...[0, 1, -3, Number.NaN].map((n) => wrong('threshold', n, 'in (0, 1)')),
      ...WINDOW_MISUSE,
      ...WINDOW_SIZE_MISUSE,
    ],
  },
  autoencoder: {
    spec: {
      type: 'autoencoder',
      ...WINDOW,
      inputSamples: 4,
      bottleneckUnits: 2,
      epochs: 5,
      refitEverySamples: 15,
    },
    learnsBefore: 10,
    learnsBeforeByDefault: 100,
    shiftsAndScales: true,
    ofConstants: 'no-spread',
    misuse: [
      ...THRESHOLD_MISUSE,
      ...WINDOW_MISUSE,
      ...WINDOW_SIZE_MISUSE,
      wrong('inputSamples', 2, 'an integer >= 3'),
      wrong('inputSamples', 4.5, 'an integer >= 3'),
      wrong('inputSamples', 6, 'at most half of warmupSamples (10)'),
      wrong('bottleneckUnits', 0, 'an integer in [1, 3]'),
      wrong('bottleneckUnits', 4, 'an integer in [1, 3]'),
      wrong('refitEverySamples', 0, 'an integer >= 1'),
      wrong('epochs', 0, 'an integer >= 1'),
      wrong('seed', 0.5, 'an integer'),
    ],
  },
};
