import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSignatureClock } from './clock.ts';
import { createCloudWatch } from './cloudwatch.ts';
import { createEventBridge, type ReceivedEvent } from './eventbridge.ts';
import { createFaults, entryFault, type Fault, type FaultRule, queryFault } from './faults.ts';
import type { Measurements, MetricName } from './metric-store.ts';
import type { Queue, QueueOptions } from './queue.ts';
import { createS3 } from './s3.ts';
import {
  AwsError,
  type Call,
  type CallContext,
  commonError,
  type Service,
  type ServiceName,
} from './service.ts';
import { createSns, type PublishedMessage } from './sns.ts';
import { createSqs } from './sqs.ts';
import { createSts, type Identity } from './sts.ts';
import { readOperation, readSigner, type WireAnswer, writeAnswer, writeError } from './wire.ts';

export interface AwsDoubleOptions {
  /** Where it listens on 127.0.0.1; a free port unless told. */
  readonly port?: number;
  /** Of all that is not said to be elsewhere; us-east-1 unless told. */
  readonly region?: string;
  /** Of all keys that AssumeRole did not hand out, which must come without a session token. */
  readonly account?: string;
  /** The time of the services, in ms since the epoch; the real one unless told. */
  readonly now?: () => number;
  /** Whether the call may do that, as in `s3:GetObject`; all may do everything unless told. */
  readonly allowed?: (call: Call, action: string) => boolean;
  /** Whether `calls` keeps what was asked; true unless told. Turn off for millions of calls. */
  readonly keepInputs?: boolean;
}

/** One request, as far as it was understood before it was answered. */
export interface RecordedCall extends Partial<Call> {
  /** Undefined when the connection was ended without an answer. */
  readonly status: number | undefined;
  /** Of the error that was answered. */
  readonly errorCode: string | undefined;
}

/** Where a metric, a bus or a queue is; unless told, at the double's own. */
export interface Place {
  readonly region?: string;
  readonly account?: string;
}

/** A server on loopback that answers as CloudWatch, S3, SNS, SQS, EventBridge and STS do. */
export interface AwsDouble {
  /** For every service: `endpoint` of the SDK's clients, or AWS_ENDPOINT_URL. S3 with path style. */
  readonly endpoint: string;
  readonly region: string;
  readonly account: string;
  readonly cloudwatch: {
    /** Measurements take effect when the clock of the double has reached them, and not before. */
    put(metric: MetricName & Place, measurements: Measurements): void;
  };
  readonly s3: {
    createBucket(name: string): void;
    /** What the bucket holds now, by key. @throws when there is no such bucket */
    objects(bucket: string): ReadonlyMap<string, Uint8Array>;
  };
  readonly sns: {
    /** @returns its ARN */
    createTopic(name: string, region?: string): string;
    readonly published: readonly PublishedMessage[];
  };
  readonly sqs: {
    /** @throws {RangeError} the name is none of a standard queue, or is taken there */
    createQueue(name: string, options?: QueueOptions & Place): Queue;
  };
  readonly events: {
    /** The bus `default` is everywhere already. */
    createBus(name: string, place?: Place): void;
    readonly received: readonly ReceivedEvent[];
  };
  readonly sts: {
    /** From now on the role can be assumed, and may do these actions; all unless told. */
    allowRole(arn: string, options?: { readonly actions?: readonly string[] }): void;
    /** The credentials handed out for the role until now stop to work. */
    expire(roleArn: string): void;
  };
  /** Every request in the order of the answers, refused ones too. */
  readonly calls: readonly RecordedCall[];
  /** Makes calls go wrong. @returns takes the rule back */
  fail<Input, Part>(rule: FaultRule<Input, Part>): () => void;
  /** Nobody may do that any more, as in `cloudwatch:GetMetricData`. @returns takes it back */
  deny(action: string): () => void;
  /**
   * From now on the clock of AWS is so much ahead of this machine's, or behind: every answer carries
   * its date, and requests that were not signed by it are refused. @returns sets it right again
   */
  skewClock(ms: number): () => void;
  /** Ends all connections. */
  close(): Promise<void>;
}

/** Operations that IAM knows by another name than their own. */
const ACTIONS: Readonly<Record<string, string>> = {
  HeadObject: 's3:GetObject',
  ListObjectsV2: 's3:ListBucket',
  ListBuckets: 's3:ListAllMyBuckets',
  PublishBatch: 'sns:Publish',
  SendMessageBatch: 'sqs:SendMessage',
  DeleteMessageBatch: 'sqs:DeleteMessage',
};

/**
 * Starts a double of AWS, for the clients of the SDK as they are. Signatures are not verified, topics
 * and buses deliver nothing, and where AWS does not say what it does, the double is the stricter one.
 *
 * ```ts
 * const aws = await createAwsDouble();
 * aws.cloudwatch.put({ namespace, metric, dimensions }, { timestamps, values });
 * aws.fail({ operation: 'GetMetricData', with: 'throttled', times: 2 });
 * const client = new CloudWatchClient({ endpoint: aws.endpoint, region: aws.region, credentials });
 * ```
 */
export async function createAwsDouble(options: AwsDoubleOptions = {}): Promise<AwsDouble> {
  const { port = 0, region = 'us-east-1', account = '123456789012', now = Date.now } = options;
  const { allowed = () => true, keepInputs = true } = options;

  const cloudwatch = createCloudWatch(now);
  const s3 = createS3(now);
  const sns = createSns(account);
  const sqs = createSqs(now);
  const events = createEventBridge(now);
  const sts = createSts(account);
  const services: Readonly<Record<ServiceName, Service>> = {
    cloudwatch: cloudwatch.service,
    s3: s3.service,
    sns: sns.service,
    sqs: sqs.service,
    events: events.service,
    sts: sts.service,
  };
  const faults = createFaults(new Set(Object.values(services).flatMap(Object.keys)));
  const clock = createSignatureClock();
  const denied = new Set<string>();
  const calls: RecordedCall[] = [];

  // Clients reuse connections for as long as they like; a timeout of ours would break off a request.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    handle(request).then(
      (answer) => {
        if (!answer) {
          response.destroy();
          return;
        }
        response.statusCode = answer.status;
        const headers = Object.entries({ ...answer.headers, ...clock.headers() });
        response.setHeaders(new Map(headers)).end(answer.body);
      },
      // The client went away in the middle of its request.
      () => {
        response.destroy();
      },
    );
  });

  /** Undefined when the connection ends without an answer. */
  async function handle(request: IncomingMessage): Promise<WireAnswer | undefined> {
    const body = await buffer(request);
    const call: { -readonly [Member in keyof Call]?: Call[Member] } = {};
    const record = (answer: WireAnswer | undefined, errorCode?: string) => {
      const { input, ...rest } = call;
      const status = answer?.status;
      calls.push({ ...rest, ...(keepInputs ? { input } : {}), status, errorCode });
      return answer;
    };
    try {
      const signer = readSigner(request);
      const { service } = signer;
      Object.assign(call, { service, region: signer.region, accessKeyId: signer.accessKeyId });
      const identity = sts.identify(signer);
      call.account = identity.account;
      Object.assign(call, readOperation(service, request, body));
      clock.check(service, request);
      const { output, fault } = await perform(call as Call, identity);
      if (fault === 'dropped') return record(undefined);
      if (fault === 'garbage') return record({ status: 200, headers: {}, body: '<garbage' });
      if (typeof fault === 'object' && 'delayMs' in fault) {
        // A process that is done otherwise does not wait for this.
        await sleep(fault.delayMs, undefined, { ref: false });
      }
      if (fault === 'answer-lost') return record(undefined);
      return record(writeAnswer(service, call.operation!, output));
    } catch (error) {
      const answer = error instanceof AwsError ? error : unexpected(call.service, error);
      return record(writeError(call.service, answer), answer.code);
    }
  }

  /** @throws {AwsError} what is answered instead */
  async function perform(
    call: Call,
    identity: Identity,
  ): Promise<{ output: object; fault: Fault | undefined }> {
    const { service, operation } = call;
    const operations = services[service];
    const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
    if (!run) {
      const known = Object.keys(operations).join(', ');
      const message = `the double knows ${known} of ${service}, not ${operation}`;
      throw commonError(service, 'unknownOperation', message);
    }
    const { with: fault, each } = faults.next(call) ?? {};
    if (fault === 'dropped' || fault === 'garbage') return { output: {}, fault };
    if (typeof fault === 'string' && fault !== 'answer-lost') {
      throw commonError(service, fault, `a fault of the double: ${fault}`);
    }
    if (typeof fault === 'object' && 'code' in fault) {
      throw new AwsError(fault.code, fault.message ?? 'a fault of the double', fault.status);
    }
    const may = (action: string): boolean =>
      !denied.has(action) && (identity.actions?.includes(action) ?? true) && allowed(call, action);
    const action = ACTIONS[operation] ?? `${service}:${operation}`;
    if (!may(action)) {
      const message = `User: ${identity.arn} is not authorized to perform: ${action}`;
      throw commonError(service, 'accessDenied', message);
    }
    const context: CallContext = {
      ...call,
      arn: identity.arn,
      may,
      faultOfQuery: (query, index) => queryFault(each?.(query as never, index)),
      faultOfEntry: (entry, index) => entryFault(each?.(entry as never, index)),
      answeredMetrics:
        typeof fault === 'object' && 'answeredMetrics' in fault
          ? fault.answeredMetrics
          : Number.POSITIVE_INFINITY,
    };
    return { output: await run(call.input as never, context), fault };
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const at = (place: Place) => [place.account ?? account, place.region ?? region] as const;

  return {
    endpoint,
    region,
    account,
    cloudwatch: {
      put(metric, measurements) {
        const { namespace, metric: name, dimensions } = metric;
        const store = cloudwatch.storeOf(...at(metric));
        store.put({ namespace, metric: name, dimensions }, measurements);
      },
    },
    s3,
    sns: {
      createTopic: (name, topicRegion = region) => sns.createTopic(name, topicRegion),
      published: sns.published,
    },
    sqs: {
      createQueue(name, options = {}) {
        const [queueAccount, queueRegion] = at(options);
        const place = { name, account: queueAccount, region: queueRegion, endpoint };
        return sqs.createQueue(place, options);
      },
    },
    events: {
      createBus: (name, place = {}) => events.createBus(name, ...at(place)),
      received: events.received,
    },
    sts,
    calls,
    fail: (rule) => faults.add(rule),
    deny(action) {
      denied.add(action);
      return () => denied.delete(action);
    },
    skewClock(ms) {
      clock.skew(ms);
      return () => clock.skew(0);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A mistake of the double itself: said aloud, in the form of the service. */
function unexpected(service: ServiceName | undefined, error: unknown): AwsError {
  console.error(error);
  const message = `the double failed: ${error instanceof Error ? error.message : error}`;
  return service
    ? commonError(service, 'internalFailure', message)
    : new AwsError('InternalFailure', message, 500);
}
