import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { AwsCallError } from './aws-call-error.ts';
import type { AwsClients } from './clients.ts';

/**
 * The buckets of this account and region whose names begin like this, in their order: the stack lets AWS choose
 * how the name of its state bucket ends.
 *
 * Permission: s3:ListAllMyBuckets.
 *
 * @throws {AwsCallError} they cannot be listed
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
 */
export async function findStateBuckets(
  clients: Pick<AwsClients, 's3' | 'region'>,
  prefix: string,
): Promise<readonly string[]> {
  try {
    const command = new ListBucketsCommand({ Prefix: prefix, BucketRegion: clients.region });
    const { Buckets = [] } = await clients.s3().send(command);
    // Emulators, and partitions that do not know the filter, list them all.
    return Buckets.flatMap(({ Name }) => (Name?.startsWith(prefix) ? [Name] : [])).sort();
  } catch (error) {
    throw new AwsCallError('ListBuckets', error);
  }
}
