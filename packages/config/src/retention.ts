const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * How long CloudWatch keeps samples of a period, ms; what is older is only there in longer periods.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
 */
export function retentionMs(periodMs: number): number {
  if (periodMs < 60_000) return 3 * HOUR_MS;
  if (periodMs < 300_000) return 15 * DAY_MS;
  return periodMs < HOUR_MS ? 63 * DAY_MS : 455 * DAY_MS;
}
