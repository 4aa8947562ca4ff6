import type { KmsKey } from '@cdktf/provider-aws/lib/kms-key/index.js';
import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic/index.js';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy/index.js';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription/index.js';
import type { Deploy } from '@plumbline/config';
import type { Construct } from 'constructs';
import { nothingButTls, policyJson } from './policy.ts';

export interface Topics {
  /** Trouble that Plumbline found. */
  readonly alerts: SnsTopic;
  /** Trouble of Plumbline itself: another topic, so that it can wake somebody else. */
  readonly alarms: SnsTopic;
}

/**
 * What a topic's policy refuses without TLS.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html
 */
export const PUBLISH = 'sns:Publish';

/** The topic for alarms is left without its policy, which names the alarms. */
export function createTopics(scope: Construct, deploy: Deploy, key: KmsKey | undefined): Topics {
  const topic = (id: string, name: string, emails: readonly string[]): SnsTopic => {
    const created = new SnsTopic(scope, id, { name, kmsMasterKeyId: key?.arn });
    for (const email of emails) {
      // Addressed by the address: taking one off the list leaves the others confirmed.
      new SnsTopicSubscription(scope, `${id}_${addressId(email)}`, {
        topicArn: created.arn,
        protocol: 'email',
        endpoint: email,
      });
    }
    return created;
  };
  const alerts = topic('alerts', deploy.names.topic, deploy.emails);
  // The function publishes with its role, which this need not admit.
  new SnsTopicPolicy(scope, 'alerts_policy', {
    arn: alerts.arn,
    policy: policyJson(scope, 'alerts_topic_policy', [nothingButTls([PUBLISH], [alerts.arn])]),
  });
  return { alerts, alarms: topic('alarms', deploy.names.alarmsTopic, deploy.alarmEmails) };
}

/** Letters, digits and underscores, and no two addresses alike. */
function addressId(email: string): string {
  return email.replace(/[^A-Za-z0-9]/g, (character) => `_${character.charCodeAt(0).toString(16)}_`);
}
