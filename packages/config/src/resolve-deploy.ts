import type { DeployInput } from './deploy-schema.ts';
import { durationMs, durationText } from './duration.ts';
import type { Contradiction } from './resolve.ts';

/** What is deployed, with every default and unit resolved. */
export interface Deploy
  extends Omit<DeployInput, 'schedule' | 'timeout' | 'memory' | 'logRetention' | 'charts'> {
  /** 1 to 1,440. */
  readonly scheduleMinutes: number;
  /** 1 to 900. */
  readonly timeoutSeconds: number;
  /** 128 to 10,240, in the megabytes of Lambda (MiB). */
  readonly memoryMb: number;
  /** One of those that CloudWatch has. */
  readonly logRetentionDays: number;
  /** How long pictures are kept, 1 to 365; none are made unless told. */
  readonly charts?: { readonly keepDays: number };
}

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * The heartbeat's alarm looks at three slots, and no alarm looks back further than 7 days; a detector
 * that looks once a day is as far as this makes sense.
 */
const LONGEST_SCHEDULE_MS = DAY_MS;

/** @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LONGEST_TIMEOUT_MS = 15 * MINUTE_MS;

/** @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const LOG_RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
];

const CHARTS_KEPT = '7d';
const CHARTS_KEPT_AT_MOST_DAYS = 365;

/** Turns units into numbers. What is returned as `deploy` is to be used without contradictions only. */
export function resolveDeploy(input: DeployInput): {
  readonly deploy: Deploy;
  readonly contradictions: readonly Contradiction[];
} {
  const { schedule, timeout, memory, logRetention, charts, ...same } = input;
  const scheduleMs = durationMs(schedule);
  const timeoutMs = durationMs(timeout);
  const logRetentionDays = durationMs(logRetention) / DAY_MS;
  const contradictions: Contradiction[] = [];
  const refuse = (path: readonly PropertyKey[], expected: string, got: string): void => {
    contradictions.push({ path: ['deploy', ...path], message: `expected ${expected}, got ${got}` });
  };

  if (scheduleMs % MINUTE_MS !== 0 || scheduleMs > LONGEST_SCHEDULE_MS) {
    refuse(['schedule'], 'whole minutes from 1m to 1d', schedule);
  }
  if (timeoutMs > LONGEST_TIMEOUT_MS) {
    refuse(['timeout'], `1s to ${durationText(LONGEST_TIMEOUT_MS)}`, timeout);
  }
  if (!LOG_RETENTION_DAYS.includes(logRetentionDays)) {
    const days = LOG_RETENTION_DAYS.map((count) => `${count}d`).join(', ');
    refuse(['logRetention'], `a retention that CloudWatch has (${days})`, logRetention);
  }
  const keep = charts === true ? CHARTS_KEPT : charts === false ? undefined : charts.keep;
  const keepDays = keep === undefined ? undefined : durationMs(keep) / DAY_MS;
  if (
    keepDays !== undefined &&
    !(Number.isInteger(keepDays) && keepDays <= CHARTS_KEPT_AT_MOST_DAYS)
  ) {
    refuse(['charts', 'keep'], `whole days from 1d to ${CHARTS_KEPT_AT_MOST_DAYS}d`, String(keep));
  }
  if (same.names.topic === same.names.alarmsTopic) {
    refuse(['names', 'alarmsTopic'], 'another name than names.topic', same.names.alarmsTopic);
  }
  for (const list of ['emails', 'alarmEmails'] as const) {
    same[list].forEach((address, index) => {
      if (same[list].indexOf(address) === index) return;
      refuse([list, index], 'each address once', address);
    });
  }

  return {
    deploy: {
      ...same,
      scheduleMinutes: scheduleMs / MINUTE_MS,
      timeoutSeconds: timeoutMs / SECOND_MS,
      memoryMb: memory,
      logRetentionDays,
      ...(keepDays !== undefined && { charts: { keepDays } }),
    },
    contradictions,
  };
}
