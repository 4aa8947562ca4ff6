import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type GetMetricDataOutput,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import { AwsCallError } from '../aws-call-error.ts';
import { OutOfTimeError, withinTime } from '../time-limit.ts';
import { MOST_DATAPOINTS, type PlannedCall } from './plan.ts';
import { distinctQueries } from './queries.ts';

/** More pages than any request can have: past it the service repeats itself. */
const MOST_PAGES = 1_000;

/** What came of one query, all pages together, oldest first. */
export interface QueryAnswer {
  readonly timestamps: number[];
  readonly values: number[];
  /** Of the newest page that spoke of it; undefined when none did. */
  status: MetricDataResult['StatusCode'];
  /** What CloudWatch said of it. */
  message: string;
}

export interface CallAnswer {
  /** By the id of the query. */
  readonly answers: ReadonlyMap<string, QueryAnswer>;
  /** What CloudWatch said of the request as a whole. */
  readonly message: string;
  /** Why there was no further page; undefined when there is none. */
  readonly stopped: AwsCallError | OutOfTimeError | undefined;
}

/**
 * One GetMetricData request with all its pages. What came before a page failed is kept.
 *
 * Oldest first, so that a series that breaks off lacks its end and nothing else.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
export async function readCall(
  client: CloudWatchClient,
  call: PlannedCall,
  remainingMs: (() => number) | undefined,
): Promise<CallAnswer> {
  const answers = new Map<string, QueryAnswer>();
  const messages = new Set<string>();
  const input = {
    MetricDataQueries: distinctQueries(call.series),
    StartTime: new Date(call.start),
    EndTime: new Date(call.end),
    ScanBy: 'TimestampAscending',
    MaxDatapoints: MOST_DATAPOINTS,
  } as const;

  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    let output: GetMetricDataOutput;
    try {
      const command = new GetMetricDataCommand({ ...input, NextToken: token });
      output = await withinTime(remainingMs, (abortSignal) =>
        client.send(command, abortSignal && { abortSignal }),
      );
    } catch (error) {
      const outOfTime = error instanceof OutOfTimeError;
      const stopped = outOfTime ? error : new AwsCallError('GetMetricData', error);
      return { answers, message: [...messages].join('; '), stopped };
    }
    for (const result of output.MetricDataResults ?? []) take(answers, result);
    for (const { Code, Value } of output.Messages ?? []) messages.add(`${Code}: ${Value}`);
    token = output.NextToken;
    if (!token) return { answers, message: [...messages].join('; '), stopped: undefined };
  }
  const endless = new Error(`more than ${MOST_PAGES} pages`);
  const stopped = new AwsCallError('GetMetricData', endless);
  return { answers, message: [...messages].join('; '), stopped };
}

/** Adds what a page says of a query; an answer that makes no sense counts as an error of the query. */
function take(answers: Map<string, QueryAnswer>, result: MetricDataResult): void {
  const { Id = '', Timestamps = [], Values = [], StatusCode, Messages = [] } = result;
  const answer = answers.get(Id) ?? { timestamps: [], values: [], status: undefined, message: '' };
  answers.set(Id, answer);
  if (answer.status === 'InternalError') return; // what comes after a gap would hide it
  if (Timestamps.length !== Values.length) {
    answer.status = 'InternalError';
    answer.message = `${Timestamps.length} timestamps for ${Values.length} values`;
    return;
  }
  for (let i = 0; i < Values.length; i++) {
    answer.timestamps.push(Timestamps[i]!.getTime());
    answer.values.push(Values[i]!);
  }
  answer.status = StatusCode ?? 'Complete';
  answer.message = Messages.map(({ Code, Value }) => `${Code}: ${Value}`).join('; ');
}
