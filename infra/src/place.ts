import type { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js';
import { Fn } from 'cdktf';

/** Where the stack is deployed, and the ARNs of what the stack does not create itself or not yet. */
export interface Place {
  readonly account: string;
  readonly partition: string;
  /** The ARN of something in this account and region. */
  arn(service: string, resource: string): string;
}

/**
 * Account and partition are read from the ARN of the rule, which depends on nothing: asking STS
 * instead would make even a plan need an account.
 */
export function placeOf(rule: CloudwatchEventRule, region: string): Place {
  const part = (index: number): string => Fn.element(Fn.split(':', rule.arn), index);
  const partition = part(1);
  const account = part(4);
  return {
    account,
    partition,
    arn: (service, resource) => `arn:${partition}:${service}:${region}:${account}:${resource}`,
  };
}
