import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target/index.js';
import type { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function/index.js';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission/index.js';
import type { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue/index.js';
import type { Deploy } from '@plumbline/config';
import type { Construct } from 'constructs';

/**
 * The most that EventBridge allows: the age of the event is what ends the retries.
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RetryPolicy.html
 */
const RETRIES = 185;

export function createRule(
  scope: Construct,
  { names, scheduleMinutes }: Deploy,
): CloudwatchEventRule {
  const unit = scheduleMinutes === 1 ? 'minute' : 'minutes';
  return new CloudwatchEventRule(scope, 'schedule', {
    name: names.rule,
    description: `Starts ${names.function}`,
    scheduleExpression: `rate(${scheduleMinutes} ${unit})`,
  });
}

/** Points the rule at the function, and lets this rule alone invoke it. */
export function createTarget(
  scope: Construct,
  deploy: Deploy,
  rule: CloudwatchEventRule,
  lambda: LambdaFunction,
  undelivered: SqsQueue,
): void {
  const permission = new LambdaPermission(scope, 'schedule_invokes', {
    functionName: lambda.functionName,
    action: 'lambda:InvokeFunction',
    principal: 'events.amazonaws.com',
    sourceArn: rule.arn,
  });
  new CloudwatchEventTarget(scope, 'schedule_target', {
    rule: rule.name,
    arn: lambda.arn,
    retryPolicy: {
      maximumRetryAttempts: RETRIES,
      maximumEventAgeInSeconds: deploy.scheduleMinutes * 60, // then the next event takes over
    },
    deadLetterConfig: { arn: undelivered.arn },
    dependsOn: [permission],
  });
}
