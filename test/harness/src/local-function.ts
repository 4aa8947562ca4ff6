import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { InvalidOptionError } from '@plumbline/core';
import {
  type ExecutionEnvironment,
  type InvocationError,
  type Outcome,
  startEnvironment,
} from './execution-environment.ts';

export type { InvocationError } from './execution-environment.ts';

export interface LocalFunctionOptions {
  /** The unpacked archive: what Lambda would mount at /var/task. */
  readonly folder: string;
  /** `file.export`; an async function of (event, context). */
  readonly handler?: string;
  /** The function's environment variables. Nothing of the caller's own is added. */
  readonly env?: Readonly<Record<string, string>>;
  /** 128 to 10,240. */
  readonly memoryMb?: number;
  /** For one event, 1 ms to 900 s. */
  readonly timeoutMs?: number;
  readonly name?: string;
  readonly region?: string;
}

export interface Invocation {
  readonly requestId: string;
  /**
   * `error`: the handler threw, or could not be loaded. `timeout`, `out-of-memory`: it was killed.
   * `exit`: its process ended.
   */
  readonly outcome: 'success' | 'error' | 'timeout' | 'out-of-memory' | 'exit';
  /** What the handler returned, as its caller sees it: out of JSON. Null when it did not succeed. */
  readonly result: unknown;
  /** What Lambda answers instead of a result; undefined after a success. */
  readonly error?: InvocationError;
  /** Both streams as written, between Lambda's START, END and REPORT lines. */
  readonly logs: string;
  /** Of the handler alone, as it is billed. */
  readonly durationMs: number;
  /** Start of the process and of the module; undefined when the environment was warm. */
  readonly initMs?: number;
  /** The most memory that the environment has held so far, of 1,048,576 bytes. */
  readonly peakMb: number;
  /** User and system time of the handler; undefined when it was killed. */
  readonly cpuMs?: number;
}

export interface LocalFunction {
  /**
   * Hands one event to the function. An environment that is idle is used again; when none is, a new
   * one is started, as Lambda does.
   * @throws {RangeError} the event has no JSON, or is larger than Lambda takes
   */
  invoke(event: unknown): Promise<Invocation>;
  /** Ends its processes. To be called: they would keep the program running. */
  close(): Promise<void>;
}

/**
 * Of an event and of a result, when the caller waits for it.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const MOST_PAYLOAD_BYTES = 6_291_456;

/**
 * Lambda stops an init after 10 s, and then runs it once more within the function's timeout.
 * Whatever takes longer than both can never start.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
const INIT_LIMIT_MS = 10_000;

const DEFAULTS = {
  handler: 'detect.handler',
  env: {},
  memoryMb: 256,
  timeoutMs: 60_000,
  name: 'infrastructure-anomaly-detector',
  region: 'us-east-1',
};

/** Runs the function of a folder on this machine as Lambda would. */
export function createLocalFunction(options: LocalFunctionOptions): LocalFunction {
  const settings = { ...DEFAULTS, ...options, folder: resolve(options.folder) };
  const { folder, memoryMb, timeoutMs } = settings;
  if (!existsSync(folder)) throw new InvalidOptionError('folder', 'an unpacked archive', folder);
  if (!(memoryMb >= 128 && memoryMb <= 10_240)) {
    throw new InvalidOptionError('memoryMb', '128 to 10,240', memoryMb);
  }
  if (!(timeoutMs >= 1 && timeoutMs <= 900_000)) {
    throw new InvalidOptionError('timeoutMs', '1 to 900,000', timeoutMs);
  }

  const env = environmentVariables(settings);
  const idle: ExecutionEnvironment[] = [];
  const all = new Set<ExecutionEnvironment>();

  async function invoke(event: unknown): Promise<Invocation> {
    const eventJson = payload(event);
    const requestId = randomUUID();
    const warm = await takeIdle();
    const environment = warm ?? startEnvironment({ folder, env, memoryMb });
    all.add(environment);

    let initMs: number | undefined;
    let initLogs = '';
    let outcome: Outcome = { kind: 'ready' };
    if (warm === undefined) {
      const before = performance.now();
      outcome = await environment.ready(Math.max(INIT_LIMIT_MS, timeoutMs));
      initMs = performance.now() - before;
      initLogs = environment.takeLogs();
    }
    const before = performance.now();
    if (outcome.kind === 'ready') {
      outcome = await environment.invoke({ requestId, eventJson }, timeoutMs);
    }
    const durationMs = performance.now() - before;
    const output = environment.takeLogs();
    const peakMb = environment.peakMb();

    if (environment.isAlive()) idle.push(environment);
    else await discard(environment);
    const answer = answerOf(outcome, requestId, { timeoutMs, output });
    const report = { requestId, ...answer, durationMs, initMs, peakMb };
    return { ...report, logs: initLogs + logText(report, output, memoryMb) };
  }

  /** One that has ended by itself meanwhile, by work that it left behind, is of no use. */
  async function takeIdle(): Promise<ExecutionEnvironment | undefined> {
    for (;;) {
      const environment = idle.pop();
      if (environment === undefined || environment.isAlive()) return environment;
      await discard(environment);
    }
  }

  async function discard(environment: ExecutionEnvironment): Promise<void> {
    all.delete(environment);
    await environment.stop();
  }

  return {
    invoke,
    async close() {
      await Promise.all([...all].map(discard));
      idle.length = 0;
    },
  };
}

function payload(event: unknown): string {
  const json = JSON.stringify(event);
  if (json === undefined) throw new RangeError(`an event must have JSON, got ${typeof event}`);
  const bytes = Buffer.byteLength(json);
  if (bytes <= MOST_PAYLOAD_BYTES) return json;
  throw new RangeError(
    `an event must be at most ${MOST_PAYLOAD_BYTES} bytes of JSON, got ${bytes}`,
  );
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
function environmentVariables({
  folder,
  handler,
  env,
  memoryMb,
  name,
  region,
}: Required<LocalFunctionOptions>): Record<string, string> {
  const [major] = process.versions.node.split('.');
  return {
    PATH: process.env.PATH ?? '',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    ...env,
    _HANDLER: handler,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${major}.x`,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `local/[$LATEST]${randomUUID().replaceAll('-', '')}`,
    LAMBDA_TASK_ROOT: folder,
  };
}

type Answer = Pick<Invocation, 'outcome' | 'result' | 'error' | 'cpuMs'>;

/** What Lambda answers, in its words. */
function answerOf(
  outcome: Outcome,
  requestId: string,
  { timeoutMs, output }: { readonly timeoutMs: number; readonly output: string },
): Answer {
  const failed = (
    kind: Answer['outcome'],
    errorType: string,
    message: string,
    cpuMs?: number,
  ): Answer => {
    const errorMessage = `RequestId: ${requestId} Error: ${message}`;
    return { outcome: kind, result: null, error: { errorType, errorMessage, trace: [] }, cpuMs };
  };
  switch (outcome.kind) {
    case 'ready':
      throw new Error('the runner said twice that it was ready');
    case 'result': {
      const { resultJson, cpuMs } = outcome;
      if (Buffer.byteLength(resultJson) > MOST_PAYLOAD_BYTES) {
        const message = `Response payload size exceeded maximum allowed payload size (${MOST_PAYLOAD_BYTES} bytes).`;
        return failed('error', 'Function.ResponseSizeTooLarge', message, cpuMs);
      }
      return { outcome: 'success', result: JSON.parse(resultJson), cpuMs };
    }
    case 'error':
      return { outcome: 'error', result: null, error: outcome.error, cpuMs: outcome.cpuMs };
    case 'timeout': {
      const seconds = (timeoutMs / 1000).toFixed(2);
      return failed('timeout', 'Sandbox.Timedout', `Task timed out after ${seconds} seconds`);
    }
    case 'out-of-memory':
      return failed('out-of-memory', 'Runtime.ExitError', EXITED('signal: killed'));
    case 'exit': {
      // V8 gives up by itself when the heap is full.
      const heapFull = outcome.signal === 'SIGABRT' && output.includes('heap out of memory');
      if (heapFull) return failed('out-of-memory', 'Runtime.ExitError', EXITED('signal: aborted'));
      return failed('exit', 'Runtime.ExitError', exitText(outcome.exitCode, outcome.signal));
    }
  }
}

const EXITED = (why: string) => `Runtime exited with error: ${why}`;

function exitText(exitCode: number | null, signal: string | null): string {
  if (exitCode === 0) return 'Runtime exited without providing a reason';
  return EXITED(exitCode === null ? `signal: ${signal}` : `exit status ${exitCode}`);
}

type Report = Omit<Invocation, 'logs'>;

/** The lines of an invocation as they stand in its log group. */
function logText(report: Report, output: string, memoryMb: number): string {
  const { requestId, outcome, error, durationMs, initMs, peakMb } = report;
  const figures = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(durationMs)} ms`,
    `Memory Size: ${memoryMb} MB`,
    `Max Memory Used: ${Math.ceil(peakMb)} MB`,
    ...(initMs === undefined ? [] : [`Init Duration: ${initMs.toFixed(2)} ms`]),
  ];
  const killed = outcome === 'success' || outcome === 'error' ? [] : [`${error?.errorMessage}`];
  const ends = output === '' || output.endsWith('\n') ? '' : '\n';
  return [
    `START RequestId: ${requestId} Version: $LATEST\n`,
    `${output}${ends}`,
    ...killed.map((line) => `${line}\n`),
    `END RequestId: ${requestId}\n`,
    `${figures.join('\t')}\n`,
  ].join('');
}
