import * as z from 'zod';

const price = z.number().nonnegative().max(1_000_000);
const allowance = z.number().nonnegative();

/**
 * The price table: what AWS asks for, in the units of its own pages, of which each section names one. A file may
 * replace any of it by the same keys. Only prices of the first step are here where AWS has steps, for what Plumbline
 * uses does not reach the second.
 */
export const pricesSchema = z
  .strictObject({
    asOf: z
      .string()
      .regex(/^\d{4}-\d{2}-\d{2}$/, { error: 'expected a day such as 2026-11-26' })
      .default('2026-11-26')
      .describe('the day that the prices are of'),
    region: z
      .string()
      .regex(/^[a-z0-9-]{1,40}$/, { error: 'expected a region such as us-east-1' })
      .default('us-east-1')
      .describe('where they hold'),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, { error: 'expected a currency such as USD' })
      .default('USD')
      .describe('without taxes'),
    cloudWatch: z
      .strictObject({
        metricsReadPer1000: price
          .default(0.01)
          .describe('GetMetricData: each metric that is asked for'),
        requestsPer1000: price.default(0.01).describe('ListMetrics'),
        customMetricPerMonth: price.default(0.3).describe('one that the function publishes'),
        alarmMetricPerMonth: price
          .default(0.1)
          .describe('of a standard alarm; one of anomaly detection has three'),
        fastAlarmMetricPerMonth: price
          .default(0.3)
          .describe('of an alarm on periods below a minute'),
        dashboardPerMonth: price.default(3),
        logsIngestedPerGb: price.default(0.5),
        logsStoredPerGbMonth: price.default(0.03),
      })
      .prefault({})
      .describe('https://aws.amazon.com/cloudwatch/pricing/'),
    lambda: z
      .strictObject({
        requestsPerMillion: price.default(0.2),
        arm64PerGbSecond: price.default(0.000_013_333_4),
        x86PerGbSecond: price.default(0.000_016_666_7),
      })
      .prefault({})
      .describe('https://aws.amazon.com/lambda/pricing/'),
    s3: z
      .strictObject({
        writesPer1000: price.default(0.005).describe('PutObject'),
        readsPer1000: price.default(0.0004).describe('GetObject'),
        storedPerGbMonth: price.default(0.023),
      })
      .prefault({})
      .describe('https://aws.amazon.com/s3/pricing/'),
    sns: z
      .strictObject({
        messagesPerMillion: price.default(0.5),
        emailsPer100000: price.default(2),
      })
      .prefault({})
      .describe('https://aws.amazon.com/sns/pricing/'),
    eventBridge: z
      .strictObject({ eventsPerMillion: price.default(1).describe('the schedule is free') })
      .prefault({})
      .describe('https://aws.amazon.com/eventbridge/pricing/'),
    sqs: z
      .strictObject({ requestsPerMillion: price.default(0.4) })
      .prefault({})
      .describe('https://aws.amazon.com/sqs/pricing/'),
    kms: z
      .strictObject({
        keyPerMonth: price.default(1).describe('and as much again after each of two rotations'),
        requestsPer10000: price.default(0.03),
      })
      .prefault({})
      .describe('https://aws.amazon.com/kms/pricing/'),
    free: z
      .strictObject({
        cloudWatchRequests: allowance.default(1_000_000).describe('not of GetMetricData'),
        customMetrics: allowance.default(10),
        alarmMetrics: allowance.default(10).describe('not of fast ones'),
        dashboards: allowance.default(3),
        logsGb: allowance.default(5).describe('ingested and stored together'),
        lambdaRequests: allowance.default(1_000_000),
        lambdaGbSeconds: allowance.default(400_000),
        snsMessages: allowance.default(1_000_000),
        snsEmails: allowance.default(1000),
        sqsRequests: allowance.default(1_000_000),
        kmsRequests: allowance.default(20_000),
      })
      .prefault({})
      .describe('what an account has each month for nothing; taken off with --free-tier only'),
  })
  .describe('Prices of AWS.');

export type Prices = z.output<typeof pricesSchema>;

export const DEFAULT_PRICES: Prices = pricesSchema.parse({});
