import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket/index.js';
import { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration/index.js';
import { S3BucketOwnershipControls } from '@cdktf/provider-aws/lib/s3-bucket-ownership-controls/index.js';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy/index.js';
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block/index.js';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration/index.js';
import type { Deploy } from '@plumbline/config';
import type { Construct } from 'constructs';
import { nothingButTls, policyJson } from './policy.ts';

/** What the keys of pictures begin with; the function has it by heart. */
export const CHARTS_PREFIX = 'charts/';

/** Where models, watermarks, open alerts and silences are kept: private, encrypted, over TLS only. */
export function createStateBucket(scope: Construct, deploy: Deploy): S3Bucket {
  const bucket = new S3Bucket(scope, 'state', {
    bucketPrefix: deploy.names.bucketPrefix,
    // Unless told otherwise a destroy stops at a bucket that holds something.
    forceDestroy: !deploy.keepState,
  });
  const publicAccessBlock = new S3BucketPublicAccessBlock(scope, 'state_private', {
    bucket: bucket.id,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  });
  new S3BucketOwnershipControls(scope, 'state_owner', {
    bucket: bucket.id,
    rule: { objectOwnership: 'BucketOwnerEnforced' }, // no access lists, policies only
  });
  new S3BucketServerSideEncryptionConfigurationA(scope, 'state_encryption', {
    bucket: bucket.id,
    rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }],
  });
  new S3BucketPolicy(scope, 'state_policy', {
    bucket: bucket.id,
    policy: policyJson(scope, 'state_bucket_policy', [
      nothingButTls(['s3:*'], [bucket.arn, `${bucket.arn}/*`]),
    ]),
    // S3 refuses two changes of one bucket's access at the same time.
    dependsOn: [publicAccessBlock],
  });
  const { charts } = deploy;
  if (charts !== undefined) {
    new S3BucketLifecycleConfiguration(scope, 'state_charts', {
      bucket: bucket.id,
      rule: [
        {
          id: 'charts',
          status: 'Enabled',
          filter: [{ prefix: CHARTS_PREFIX }],
          expiration: [{ days: charts.keepDays }],
        },
      ],
    });
  }
  return bucket;
}
