import { customMetricsOf, estimateBill, ownAlarmsOf } from '@plumbline/estimate';
import { describe, expect, test } from 'vitest';
import { configWith, synthesised } from './testing/synthesised.ts';

/** What AWS bills by its being there, and the line of the bill that has it. */
const BILLED = {
  aws_cloudwatch_metric_alarm: 'alarms',
  aws_cloudwatch_dashboard: 'dashboard',
  aws_kms_key: 'key',
} as const;

describe('the bill of plumbline estimate', () => {
  test.each(['{}', '{shards: 4}', '{dashboard: false, customerManagedKey: true}'])(
    'has as many alarms, dashboards and keys as the stack: deploy %s',
    (deploy) => {
      const config = configWith(deploy);
      const { resources } = synthesised(config);
      const amounts = new Map(estimateBill(config).lines.map(({ id, amount }) => [id, amount]));
      for (const [type, id] of Object.entries(BILLED)) {
        expect([id, amounts.get(id) ?? 0]).toEqual([id, Object.keys(resources(type)).length]);
      }
      expect(ownAlarmsOf(config.deploy)).toBe(amounts.get('alarms'));
      expect(customMetricsOf(config.deploy)).toBe(amounts.get('custom-metrics'));
    },
  );

  test('knows of every resource of the stack whether its being there costs something', () => {
    const { text } = synthesised(configWith('{shards: 4, customerManagedKey: true}'));
    const types = Object.keys(JSON.parse(text).resource);
    /** Paid by use, or not at all. */
    const byUse = new Set([
      'aws_cloudwatch_event_rule',
      'aws_cloudwatch_event_target',
      'aws_cloudwatch_log_group',
      'aws_iam_role',
      'aws_iam_role_policy',
      'aws_lambda_event_source_mapping',
      'aws_lambda_function',
      'aws_lambda_function_event_invoke_config',
      'aws_lambda_permission',
      'aws_s3_bucket',
      'aws_s3_bucket_ownership_controls',
      'aws_s3_bucket_policy',
      'aws_s3_bucket_public_access_block',
      'aws_s3_bucket_server_side_encryption_configuration',
      'aws_sns_topic',
      'aws_sns_topic_policy',
      'aws_sns_topic_subscription',
      'aws_sqs_queue',
      'aws_sqs_queue_policy',
      'aws_sqs_queue_redrive_allow_policy',
    ]);
    expect(types.filter((type) => !byUse.has(type)).sort()).toEqual(Object.keys(BILLED).sort());
  });
});
