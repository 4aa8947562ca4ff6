import type { Config } from '@plumbline/config';
import { type BillLine, billed } from './bill-line.ts';
import { MONTH_MS } from './month.ts';
import { customMetricsOf, LOG_BYTES_OF_PLAN, LOG_BYTES_OF_RUN, ownAlarmsOf } from './own-costs.ts';
import type { Prices } from './prices.ts';
import { averageRun, estimatePlanSeconds } from './run-estimate.ts';

/** What the lines count beside the configuration. */
export interface Usage {
  /** Metrics that GetMetricData is asked for, a month. */
  readonly metricsRead: number;
  readonly listRequests: number;
}

const DAY_MS = 24 * 3_600_000;
const WEEK_MS = 7 * DAY_MS;
const BYTES_PER_GB = 1e9;
const MB_PER_GB = 1024;

/** Each alert begins and ends; what gets worse in between is told again, and rare. */
const MESSAGES_PER_ALERT = 2;

/** At a sensitivity of 1 a series has a notice once in so many days: docs/alerts.md. */
const DAYS_PER_NOTICE = 3;

/**
 * Lambda begins with five pollers on a queue, each of which waits for twenty seconds at most: that many requests are
 * made where there is nothing to be had.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
const POLLERS = 5;
const POLL_MS = 20_000;
const MESSAGES_PER_SEND = 10;

/**
 * SQS uses a data key for five minutes, and asks KMS twice for each who sends and once for each who receives; SNS asks
 * twice for each message.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-estimate-kms-usage-costs.html
 */
const DATA_KEY_MS = 300_000;
const KEY_REQUESTS_PER_DATA_KEY = 3;
const KEY_REQUESTS_PER_MESSAGE = 2;

/**
 * The lines of a month of a deployment: first what is asked of CloudWatch, then the rest. What costs nothing in this
 * configuration, such as a queue without shards, has no line.
 *
 * @param config - its monitors all of CloudWatch, `maxSeries` of each the number of its series
 */
export function billLines(
  config: Config,
  { metricsRead, listRequests }: Usage,
  prices: Prices,
  freeTier: boolean,
): readonly BillLine[] {
  const { deploy } = config;
  const { cloudWatch, lambda, s3, sns, eventBridge, sqs, kms } = prices;
  const none = Object.fromEntries(Object.keys(prices.free).map((key) => [key, 0]));
  const free: Prices['free'] = freeTier ? prices.free : (none as Prices['free']);

  const slots = MONTH_MS / (deploy.scheduleMinutes * 60_000);
  const sharded = deploy.shards > 1;
  const runs = slots * deploy.shards;
  const plans = sharded ? slots : 0;
  const { seconds, busyShare, stateMb } = averageRun(config);
  const planSeconds = sharded ? estimatePlanSeconds(config) : 0;
  const memoryGb = deploy.memoryMb / MB_PER_GB;
  const { pageMessages, events } = messagesOf(config);
  const logGb = (runs * LOG_BYTES_OF_RUN + plans * LOG_BYTES_OF_PLAN) / BYTES_PER_GB;
  const freeStored = Math.max(0, free.logsGb - logGb);
  const storedGb = logGb * ((deploy.logRetentionDays * DAY_MS) / MONTH_MS);

  const lines: (Omit<BillLine, 'free' | 'cost'> & { readonly free?: number })[] = [
    {
      id: 'metrics-read',
      service: 'CloudWatch',
      what: 'metrics read',
      amount: metricsRead,
      per: 1000,
      price: cloudWatch.metricsReadPer1000,
    },
    {
      id: 'list-requests',
      service: 'CloudWatch',
      what: 'ListMetrics calls',
      amount: listRequests,
      per: 1000,
      price: cloudWatch.requestsPer1000,
      free: free.cloudWatchRequests,
    },
    {
      id: 'custom-metrics',
      service: 'CloudWatch',
      what: 'own metrics',
      amount: customMetricsOf(deploy),
      per: 1,
      price: cloudWatch.customMetricPerMonth,
      free: free.customMetrics,
    },
    {
      id: 'alarms',
      service: 'CloudWatch',
      what: 'own alarms',
      amount: ownAlarmsOf(deploy),
      per: 1,
      price: cloudWatch.alarmMetricPerMonth,
      free: free.alarmMetrics,
    },
    {
      id: 'dashboard',
      service: 'CloudWatch',
      what: 'own dashboard',
      amount: deploy.dashboard ? 1 : 0,
      per: 1,
      price: cloudWatch.dashboardPerMonth,
      free: free.dashboards,
    },
    {
      id: 'logs-ingested',
      service: 'CloudWatch',
      what: 'GB of logs',
      amount: logGb,
      per: 1,
      price: cloudWatch.logsIngestedPerGb,
      free: free.logsGb,
    },
    {
      id: 'logs-stored',
      service: 'CloudWatch',
      what: 'GB of logs kept',
      amount: storedGb,
      per: 1,
      price: cloudWatch.logsStoredPerGbMonth,
      free: freeStored,
    },
    {
      id: 'lambda-requests',
      service: 'Lambda',
      what: 'invocations',
      amount: runs + plans,
      per: 1_000_000,
      price: lambda.requestsPerMillion,
      free: free.lambdaRequests,
    },
    {
      id: 'lambda-seconds',
      service: 'Lambda',
      what: 'GB-seconds',
      amount: (runs * seconds + plans * planSeconds) * memoryGb,
      per: 1,
      price: deploy.architecture === 'arm64' ? lambda.arm64PerGbSecond : lambda.x86PerGbSecond,
      free: free.lambdaGbSeconds,
    },
    {
      id: 's3-writes',
      service: 'S3',
      what: 'writes',
      amount: runs * busyShare, // plans are written when they change, which is rare
      per: 1000,
      price: s3.writesPer1000,
    },
    {
      id: 's3-reads',
      service: 'S3',
      what: 'reads',
      // Its state and the silences, or of a worker its plan, which it may remember; of a planner the silences, all
      // plans and the desk.
      amount: runs * 2 + plans * (deploy.shards + 2),
      per: 1000,
      price: s3.readsPer1000,
    },
    {
      id: 's3-stored',
      service: 'S3',
      what: 'GB of state',
      amount: (stateMb * deploy.shards) / MB_PER_GB,
      per: 1,
      price: s3.storedPerGbMonth,
    },
    {
      id: 'sns-messages',
      service: 'SNS',
      what: 'messages of pages',
      amount: pageMessages,
      per: 1_000_000,
      price: sns.messagesPerMillion,
      free: free.snsMessages,
    },
    {
      id: 'sns-emails',
      service: 'SNS',
      what: 'e-mails',
      amount: pageMessages * deploy.emails.length,
      per: 100_000,
      price: sns.emailsPer100000,
      free: free.snsEmails,
    },
    {
      id: 'events',
      service: 'EventBridge',
      what: 'events of alerts',
      amount: events,
      per: 1_000_000,
      price: eventBridge.eventsPerMillion,
    },
    {
      id: 'sqs-requests',
      service: 'SQS',
      what: 'requests',
      amount: sharded
        ? plans * (Math.ceil(deploy.shards / MESSAGES_PER_SEND) + 2 * deploy.shards) +
          (POLLERS * MONTH_MS) / POLL_MS
        : 0,
      per: 1_000_000,
      price: sqs.requestsPerMillion,
      free: free.sqsRequests,
    },
    ...(deploy.customerManagedKey
      ? [
          { id: 'key', service: 'KMS', what: 'key', amount: 1, per: 1, price: kms.keyPerMonth },
          {
            id: 'key-requests',
            service: 'KMS',
            what: 'requests',
            amount:
              pageMessages * KEY_REQUESTS_PER_MESSAGE +
              (sharded ? (MONTH_MS / DATA_KEY_MS) * KEY_REQUESTS_PER_DATA_KEY : 0),
            per: 10_000,
            price: kms.requestsPer10000,
            free: free.kmsRequests,
          },
        ]
      : []),
  ];
  return lines.filter(({ amount }) => amount > 0).map((line) => billed(line));
}

/** Pages are as many as their budget has, at most; events are told of all alerts, notices and pages. */
function messagesOf({ monitors, pagesPerWeek }: Config): {
  readonly pageMessages: number;
  readonly events: number;
} {
  const pages = pagesPerWeek * (MONTH_MS / WEEK_MS);
  const alerts = monitors.reduce((sum, { maxSeries = 1, sensitivity = 1 }) => {
    return sum + (maxSeries * sensitivity * (MONTH_MS / DAY_MS)) / DAYS_PER_NOTICE;
  }, 0);
  return {
    pageMessages: MESSAGES_PER_ALERT * pages,
    events: MESSAGES_PER_ALERT * Math.max(alerts, pages),
  };
}
