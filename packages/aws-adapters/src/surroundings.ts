import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchPlace } from '@plumbline/core';
import { AwsCallError } from './aws-call-error.ts';
import type { AwsClients } from './clients.ts';

/**
 * The region that the SDK would take where nobody names one: of AWS_REGION, or of the profile in use.
 * Undefined when neither says.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html
 */
export async function usualRegion(): Promise<string | undefined> {
  try {
    return await new CloudWatchClient({}).config.region();
  } catch {
    return undefined;
  }
}

/**
 * Whether there are credentials for a place at all, before anything is begun that would fail series by
 * series without. Whether they are good for something, only calls tell.
 *
 * @throws {AwsCallError} there are none
 */
export async function checkCredentials(
  clients: Pick<AwsClients, 'cloudWatch'>,
  place: CloudWatchPlace = {},
): Promise<void> {
  try {
    await clients.cloudWatch(place).config.credentials();
  } catch (error) {
    throw new AwsCallError('credentials', error);
  }
}
