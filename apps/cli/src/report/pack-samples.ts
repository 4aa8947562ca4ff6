import { deflateRawSync } from 'node:zlib';
import { type ChartSamples, encodeSamples } from './sample-codec.ts';

/** The samples of a chart as text for the page: coded, deflated, in base64. */
export function packSamples({ timestamps, values, expected, lower, upper }: ChartSamples): string {
  const bytes = encodeSamples({ timestamps, values, expected, lower, upper });
  return deflateRawSync(bytes, { level: 9, memLevel: 9 }).toString('base64');
}
