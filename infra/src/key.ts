import { KmsKey } from '@cdktf/provider-aws/lib/kms-key/index.js';
import type { Deploy } from '@plumbline/config';
import type { Construct } from 'constructs';
import { derivedNames } from './names.ts';
import type { Place } from './place.ts';
import { policyJson, servicePrincipal } from './policy.ts';

/** The longest that KMS allows: a key that is gone cannot be called back. */
const DELETION_WINDOW_DAYS = 30;

/**
 * The customer-managed key of both topics. CloudWatch's alarms cannot publish under the key that AWS
 * manages for SNS, for its policy does not admit them; this one does.
 *
 * The topics only: alerts name what runs in the account. The state bucket outlives the stack and
 * must stay readable when this key is gone, and the queues hold nothing but the schedule's events.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
export function createKey(scope: Construct, deploy: Deploy, place: Place): KmsKey {
  const { heartbeatAlarm, errorsAlarm, untoldAlarm, unreadAlarm } = derivedNames(deploy);
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
          values: [heartbeatAlarm, errorsAlarm, untoldAlarm, unreadAlarm].map((name) =>
            place.arn('cloudwatch', `alarm:${name}`),
          ),
        },
        { test: 'StringEquals', variable: 'aws:SourceAccount', values: [place.account] },
      ],
    },
  ]);
  return new KmsKey(scope, 'key', {
    description: `Topics of ${deploy.names.function}`,
    enableKeyRotation: true,
    deletionWindowInDays: DELETION_WINDOW_DAYS,
    policy,
  });
}
