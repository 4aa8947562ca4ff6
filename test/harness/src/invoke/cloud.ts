import type { PassedCall } from '../recording-proxy.ts';
import type { MetricSamples } from './example-series.ts';

/** Something that came out at the other end. */
export interface Arrival {
  /** `topic anomaly-alerts`, `bus default`. */
  readonly at: string;
  /** The subject of a message, the detail type of an event. */
  readonly title: string;
  readonly content: unknown;
}

/** The AWS that a function is run against, with what its stack would have made there. */
export interface Cloud {
  /** For people. */
  readonly name: string;
  /** What the function is given to find its way there. */
  readonly env: Readonly<Record<string, string>>;
  /** Undefined where what is sent goes to real receivers, out of sight. */
  arrivals?(): Promise<readonly Arrival[]>;
  /** Undefined where nothing may be put. */
  put?(samples: MetricSamples): Promise<void>;
  /** The function's calls so far; undefined where they cannot be listened to. */
  calls?(): readonly Pick<PassedCall, 'service' | 'operation'>[];
  close(): Promise<void>;
}

/** The names of things in the stack, as far as they matter here. */
export interface CloudNames {
  readonly topic: string;
  readonly bucket: string;
  readonly eventBus: string;
  readonly region: string;
}

/** Anything does where nothing is checked. */
export const TEST_CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };
export const TEST_CREDENTIALS_ENV = {
  AWS_ACCESS_KEY_ID: TEST_CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: TEST_CREDENTIALS.secretAccessKey,
};
