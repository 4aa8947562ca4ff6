import {
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  PutBucketPolicyCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Surroundings } from './surroundings.ts';

/**
 * Takes the policy off a bucket of moto's. Moto does not look at the condition of a Deny, so one that
 * refuses what comes without TLS refuses everything.
 *
 * @returns puts the policy back as it was
 */
export async function setAsideBucketPolicy(
  surroundings: Surroundings,
  bucket: string,
): Promise<() => Promise<void>> {
  const s3 = new S3Client({ ...surroundings, forcePathStyle: true });
  const { Policy } = await s3.send(new GetBucketPolicyCommand({ Bucket: bucket }));
  await s3.send(new DeleteBucketPolicyCommand({ Bucket: bucket }));
  return async () => {
    await s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
  };
}
