import { KmsKey } from '@cdktf/provider-aws/lib/kms-key/index.js';
import type { Deploy } from '@plumbline/config';
import type { Construct } from 'constructs';
import { alarmNames, derivedNames } from './names.ts';
import type { Place } from './place.ts';
import { policyJson, servicePrincipal } from './policy.ts';

/** The longest that KMS allows: a key that is gone cannot be called back. */
const DELETION_WINDOW_DAYS = 30;

/**
 * The customer-managed key of topics and queues. CloudWatch's alarms cannot publish under the key that AWS
 * manages for SNS, nor EventBridge send under the one for SQS, for their policies do not admit them; this
 * one does. The function's rights to it are those of its role.
 *
 * Not of the state bucket, which outlives the stack and must stay readable when this key is gone.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
 */
export function createKey(scope: Construct, deploy: Deploy, place: Place): KmsKey {
  const policy = policyJson(scope, 'key_policy', [
    {
      sid: 'TheAccountDecidesByItsPolicies',
      principals: [
        { type: 'AWS', identifiers: [`arn:${place.partition}:iam::${place.account}:root`] },
      ],
      actions: ['kms:*'],
      resources: ['*'], // in a key's policy, the key itself
    },
    {
      sid: 'TheAlarmsOfThisStackPublish',
      principals: servicePrincipal('cloudwatch.amazonaws.com'),
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      resources: ['*'],
      condition: [
        {
          test: 'ArnEquals',
          variable: 'aws:SourceArn',
          values: [...alarmNames(deploy).values()].map((name) =>
            place.arn('cloudwatch', `alarm:${name}`),
          ),
        },
        { test: 'StringEquals', variable: 'aws:SourceAccount', values: [place.account] },
      ],
    },
    {
      sid: 'TheScheduleSends',
      principals: servicePrincipal('events.amazonaws.com'),
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: ['*'],
      // AWS says for topics that EventBridge brings no source to a key, and nothing for queues. The
      // queue, which SQS names to KMS, says as much: its own policy admits this stack's rule alone.
      condition: [
        {
          test: 'StringEquals',
          variable: 'kms:EncryptionContext:aws:sqs:arn',
          values: [place.arn('sqs', derivedNames(deploy).undeliveredQueue)],
        },
      ],
    },
  ]);
  return new KmsKey(scope, 'key', {
    description: `Topics and queues of ${deploy.names.function}`,
    enableKeyRotation: true,
    deletionWindowInDays: DELETION_WINDOW_DAYS,
    policy,
  });
}
