import { createHash } from 'node:crypto';
import { evaluateExpression, MathError } from './metric-math.ts';
import { columnIn, type MetricStore } from './metric-store.ts';
import { AwsError, type CallContext } from './service.ts';
import { type SampledSeries, sample, statisticNamed } from './statistics.ts';
import { fromWireMetric, type WireMetric } from './wire-metric.ts';

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const LIMITS = { queries: 500, datapoints: 100_800 } as const;

const ID = /^[a-z]\w*$/;
const SHORT_PERIODS = [1, 5, 10, 20, 30];
const MINUTE = 60;
const DAY = 86_400;

/** For how long samples are kept, by what their period is a multiple of; coarsest first. */
const RETENTION = [
  { multipleOf: 3_600, keptSeconds: 455 * DAY },
  { multipleOf: 300, keptSeconds: 63 * DAY },
  { multipleOf: MINUTE, keptSeconds: 15 * DAY },
  { multipleOf: 1, keptSeconds: 3 * 3_600 },
] as const;

const FAILURES = {
  'internal-error': 'InternalError',
  forbidden: 'Forbidden',
  partial: undefined,
} as const;

const TOO_MANY_METRICS = {
  Code: 'MaxMetricsExceeded',
  Value: 'Maximum number of allowed metrics exceeded',
} as const;

interface GetMetricDataInput {
  readonly MetricDataQueries?: readonly MetricDataQuery[];
  readonly StartTime?: number;
  readonly EndTime?: number;
  readonly NextToken?: string;
  readonly ScanBy?: string;
  readonly MaxDatapoints?: number;
}

interface MetricDataQuery {
  readonly Id?: string;
  readonly Expression?: string;
  readonly MetricStat?: {
    readonly Metric?: WireMetric;
    readonly Period?: number;
    readonly Stat?: string;
    readonly Unit?: string;
  };
  readonly Label?: string;
  readonly ReturnData?: boolean;
  readonly AccountId?: string;
}

interface MetricDataResult {
  readonly Id: string;
  readonly Label: string;
  readonly Timestamps: readonly number[];
  readonly Values: readonly number[];
  readonly StatusCode: 'Complete' | 'PartialData' | 'InternalError' | 'Forbidden';
}

/**
 * Pages are filled query by query in the order of the request: one page ends, and the next begins,
 * anywhere within a metric. The result of an expression is never split: what does not fit any more
 * comes on the next page, and what is longer than a page is cut, without a token to go on with.
 */
export function getMetricData(
  input: GetMetricDataInput,
  store: MetricStore,
  now: number,
  call: Pick<CallContext, 'faultOfQuery' | 'answeredMetrics'>,
): object {
  const { queries, start, end, pageSize, newestFirst } = checked(input);
  const token = readToken(input);
  const nowSeconds = token.nowSeconds ?? Math.floor(now / 1000);
  const read = createReader(queries, store, { start, end, nowSeconds });

  const returned = queries.filter(({ ReturnData }) => ReturnData !== false);
  const answered = returned.slice(0, call.answeredMetrics);
  const results: MetricDataResult[] = [];
  let room = pageSize;
  let next: Token | undefined;
  for (let i = token.query; i < answered.length; i++) {
    const query = answered[i]!;
    const fault = call.faultOfQuery(query, i);
    if (fault === 'missing') continue;
    const failure = fault === undefined ? undefined : FAILURES[fault];
    const samples = failure || next ? noSamples(0) : read(query);
    const offset = i === token.query && !failure ? token.offset : 0;
    const left = samples.seconds.length - offset;
    const wanted = fault === 'partial' ? Math.floor(left / 2) : left;
    const isMath = query.Expression !== undefined;
    const given = wanted <= room ? wanted : isMath && room < pageSize ? 0 : room;
    const goesOn = given < wanted && !(isMath && given > 0);
    if (goesOn) next = { query: i, offset: offset + given, nowSeconds };
    room -= given;
    results.push({
      Id: query.Id!,
      Label: query.Label ?? query.MetricStat?.Metric?.MetricName ?? query.Id!,
      ...page(samples, newestFirst, offset, offset + given),
      StatusCode: failure ?? (given < left || next || fault ? 'PartialData' : 'Complete'),
    });
  }
  return {
    MetricDataResults: results,
    Messages: answered.length < returned.length ? [TOO_MANY_METRICS] : [],
    ...(next ? { NextToken: writeToken(input, next) } : {}),
  };
}

interface CheckedRequest {
  readonly queries: readonly MetricDataQuery[];
  /** Seconds since the epoch, as asked. */
  readonly start: number;
  readonly end: number;
  readonly pageSize: number;
  readonly newestFirst: boolean;
}

/** @throws {AwsError} ValidationError, for what is refused as a whole */
function checked(input: GetMetricDataInput): CheckedRequest {
  const { MetricDataQueries: queries = [], StartTime: start, EndTime: end } = input;
  const { ScanBy = 'TimestampDescending', MaxDatapoints = LIMITS.datapoints } = input;
  if (queries.length === 0) throw invalid('The parameter MetricDataQueries is required.');
  if (queries.length > LIMITS.queries) {
    throw invalid(
      `The collection MetricDataQueries must not have a size greater than ${LIMITS.queries}.`,
    );
  }
  if (start === undefined || end === undefined) {
    throw invalid('The parameters StartTime and EndTime are required.');
  }
  if (!(start < end)) throw invalid('StartTime must be less than EndTime.');
  if (ScanBy !== 'TimestampDescending' && ScanBy !== 'TimestampAscending') {
    throw invalid('The parameter ScanBy must be TimestampDescending or TimestampAscending.');
  }
  if (!(MaxDatapoints >= 1 && MaxDatapoints <= LIMITS.datapoints)) {
    throw invalid(`The parameter MaxDatapoints must be between 1 and ${LIMITS.datapoints}.`);
  }
  const ids = new Set<string>();
  queries.forEach((query, index) => {
    const place = `MetricDataQueries.member.${index + 1}`;
    const { Id = '' } = query;
    if (!ID.test(Id) || Id.length > 255) {
      throw invalid(
        `The value ${Id} for parameter ${place}.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`,
      );
    }
    if (ids.has(Id)) throw invalid(`The ids in MetricDataQueries are not unique: ${Id}.`);
    ids.add(Id);
    checkQuery(query, place);
  });
  if (queries.every(({ ReturnData }) => ReturnData === false)) {
    throw invalid('At least one MetricDataQuery must have ReturnData set to true.');
  }
  return {
    queries,
    start,
    end,
    pageSize: MaxDatapoints,
    newestFirst: ScanBy === 'TimestampDescending',
  };
}

function checkQuery(query: MetricDataQuery, place: string): void {
  const { Expression, MetricStat, AccountId } = query;
  if (AccountId !== undefined) {
    throw invalid(`${place}.AccountId: this account monitors no others; assume a role there.`);
  }
  if ((Expression === undefined) === (MetricStat === undefined)) {
    throw invalid(`${place}: either Expression or MetricStat must be given, and not both.`);
  }
  if (!MetricStat) return;
  const { Metric, Period = 0, Stat = '' } = MetricStat;
  if (!Metric?.Namespace || !Metric.MetricName) {
    throw invalid(
      `The parameters ${place}.MetricStat.Metric.Namespace and MetricName are required.`,
    );
  }
  if (!SHORT_PERIODS.includes(Period) && !(Period > 0 && Period % MINUTE === 0)) {
    throw invalid(
      `The parameter ${place}.MetricStat.Period must be 1, 5, 10, 20, 30 or a multiple of 60, got ${Period}.`,
    );
  }
  if (!statisticNamed(Stat)) {
    throw invalid(`The value ${Stat} for parameter ${place}.MetricStat.Stat is not supported.`);
  }
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly nowSeconds: number;
}

/** Reads the series of a query, whichever kind it is; each one once. */
function createReader(
  queries: readonly MetricDataQuery[],
  store: MetricStore,
  { start, end, nowSeconds }: Span,
): (query: MetricDataQuery) => SampledSeries {
  const byId = new Map(queries.map((query) => [query.Id!, query]));
  const known = new Map<MetricDataQuery, SampledSeries | 'being read'>();

  const spanOf = (periodSeconds: number) => ({
    startSeconds: roundedStart(start, periodSeconds, nowSeconds),
    endSeconds: end,
    periodSeconds,
    nowSeconds,
  });

  function read(query: MetricDataQuery): SampledSeries {
    const before = known.get(query);
    if (before === 'being read') throw new MathError(`${query.Id} depends on itself`);
    if (before) return before;
    known.set(query, 'being read');
    const samples = query.Expression === undefined ? readMetric(query) : readExpression(query);
    known.set(query, samples);
    return samples;
  }

  function readMetric({ MetricStat }: MetricDataQuery): SampledSeries {
    const { Metric, Period = MINUTE, Stat = '', Unit } = MetricStat!;
    const metric = store.find(fromWireMetric(Metric!));
    const column = metric && columnIn(metric, Unit);
    // Metrics of regular resolution have no samples of less than a minute.
    if (!column || Period < metric.resolutionSeconds) {
      return noSamples(Period);
    }
    return sample(column, spanOf(Period), statisticNamed(Stat)!);
  }

  function readExpression({ Id, Expression }: MetricDataQuery): SampledSeries {
    try {
      return evaluateExpression(Expression!, {
        seriesOf: (id) => {
          const query = byId.get(id);
          return query && read(query);
        },
        metrics: (part) =>
          queries
            .filter(({ Id: id, MetricStat }) => MetricStat && id!.includes(part))
            .map((query) => read(query)),
        periods: (periodSeconds) => {
          const { startSeconds } = spanOf(periodSeconds);
          const first = Math.ceil(startSeconds / periodSeconds) * periodSeconds;
          const until = Math.min(end, nowSeconds);
          const length = Math.max(0, Math.ceil((until - first) / periodSeconds));
          return Float64Array.from({ length }, (_, i) => first + i * periodSeconds);
        },
      });
    } catch (error) {
      if (!(error instanceof MathError)) throw error;
      throw invalid(`Error in expression '${Id}': ${error.message}`);
    }
  }

  // An expression that cannot be computed fails the request, whichever page would show it.
  for (const query of queries) if (query.Expression !== undefined) read(query);
  return read;
}

/** Where the samples of that period begin: StartTime rounded down by its age, or what is kept. */
function roundedStart(start: number, periodSeconds: number, nowSeconds: number): number {
  const age = nowSeconds - start;
  const byAge = age > 63 * DAY ? 3_600 : age > 15 * DAY ? 300 : MINUTE;
  const step = SHORT_PERIODS.includes(periodSeconds) ? periodSeconds : byAge;
  const { keptSeconds } = RETENTION.find(({ multipleOf }) => periodSeconds % multipleOf === 0)!;
  return Math.max(start - (start % step), nowSeconds - keptSeconds);
}

function noSamples(periodSeconds: number): SampledSeries {
  return { seconds: new Float64Array(), values: new Float64Array(), periodSeconds };
}

/** A stretch of a series, in the order that was asked for. */
function page(
  { seconds, values }: SampledSeries,
  newestFirst: boolean,
  from: number,
  to: number,
): Pick<MetricDataResult, 'Timestamps' | 'Values'> {
  const Timestamps = new Array<number>(to - from);
  const Values = new Array<number>(to - from);
  const last = seconds.length - 1;
  for (let i = from; i < to; i++) {
    const row = newestFirst ? last - i : i;
    Timestamps[i - from] = seconds[row]!;
    Values[i - from] = values[row]!;
  }
  return { Timestamps, Values };
}

interface Token {
  /** Index, among those that return data, of the query to go on with; what it gave already. */
  readonly query: number;
  readonly offset: number;
  /** Every page is as of the first. */
  readonly nowSeconds?: number;
}

/** @throws {AwsError} the token is not of this request */
function readToken(input: GetMetricDataInput): Token {
  if (input.NextToken === undefined) return { query: 0, offset: 0 };
  const [digest, query, offset, nowSeconds] = input.NextToken.split('.');
  if (digest !== digestOf(input)) {
    throw new AwsError('InvalidNextToken', 'The NextToken belongs to another request.');
  }
  return { query: Number(query), offset: Number(offset), nowSeconds: Number(nowSeconds) };
}

function writeToken(input: GetMetricDataInput, { query, offset, nowSeconds }: Token): string {
  return [digestOf(input), query, offset, nowSeconds].join('.');
}

function digestOf({ NextToken: _, ...request }: GetMetricDataInput): string {
  return createHash('md5').update(JSON.stringify(request)).digest('hex');
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
