import { checkOption } from '../errors.ts';
import { checkWindowOptions, WINDOW_DEFAULTS, type WindowOptions } from './window-options.ts';

/**
 * Apart from the detector, which is loaded by those who choose it: what a configuration says of it is
 * checked and described without it.
 */
export interface AutoencoderDetectorOptions extends WindowOptions {
  /** Flag beyond this many times the error that one in a hundred past samples exceeded; > 0. */
  readonly threshold?: number;
  /** Consecutive samples that the network sees at once; an integer in [3, warmupSamples / 2]. */
  readonly inputSamples?: number;
  /** Numbers that they have to pass through; an integer in [1, inputSamples - 1]. */
  readonly bottleneckUnits?: number;
  /** Samples learned from one fit to the next; an integer >= 1. */
  readonly refitEverySamples?: number;
  /** How often a fit sees each window of the history; an integer >= 1. */
  readonly epochs?: number;
  /** Where the randomness comes from; any integer. */
  readonly seed?: number;
}

/** What shapes the network. */
export type AutoencoderShape = Required<
  Pick<AutoencoderDetectorOptions, 'inputSamples' | 'bottleneckUnits'>
>;

/** What a fit depends on, beside the history. */
export type AutoencoderOptions = AutoencoderShape &
  Required<Pick<AutoencoderDetectorOptions, 'epochs' | 'seed'>>;

/** An hour of 5-minute samples told in three numbers, and a fit a day. */
export const AUTOENCODER_DEFAULTS = {
  ...WINDOW_DEFAULTS,
  threshold: 4,
  inputSamples: 12,
  bottleneckUnits: 3,
  refitEverySamples: 288,
  epochs: 20,
  seed: 42,
} as const;

/** Units of each layer: the inputs, a layer half-way down, the bottleneck, and back up again. */
export function layersOf({ inputSamples, bottleneckUnits }: AutoencoderShape): readonly number[] {
  const hidden = Math.ceil((inputSamples + bottleneckUnits) / 2);
  return [inputSamples, hidden, bottleneckUnits, hidden, inputSamples];
}

/** @throws {InvalidOptionError} an option is outside its range */
export function checkAutoencoderOptions({
  windowSamples,
  warmupSamples,
  threshold,
  inputSamples,
  bottleneckUnits,
  refitEverySamples,
  epochs,
  seed,
}: Omit<Required<AutoencoderDetectorOptions>, 'periodMs'>): void {
  checkWindowOptions({ windowSamples, warmupSamples });
  checkOption(threshold > 0, 'threshold', '> 0', threshold);
  checkInteger('inputSamples', inputSamples, 3);
  checkOption(
    inputSamples <= warmupSamples / 2,
    'inputSamples',
    `at most half of warmupSamples (${warmupSamples})`,
    inputSamples,
  );
  checkOption(
    Number.isInteger(bottleneckUnits) && bottleneckUnits >= 1 && bottleneckUnits < inputSamples,
    'bottleneckUnits',
    `an integer in [1, ${inputSamples - 1}]`,
    bottleneckUnits,
  );
  checkInteger('refitEverySamples', refitEverySamples, 1);
  checkInteger('epochs', epochs, 1);
  checkOption(Number.isInteger(seed), 'seed', 'an integer', seed);
}

function checkInteger(option: string, value: number, least: number): void {
  checkOption(Number.isInteger(value) && value >= least, option, `an integer >= ${least}`, value);
}
