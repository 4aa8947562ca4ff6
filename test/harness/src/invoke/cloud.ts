import type { MetricSamples } from '../put-samples.ts';
import type { Arrival } from '../receivers.ts';
import type { PassedCall } from '../recording-proxy.ts';

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
