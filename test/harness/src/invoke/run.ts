import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, loadConfig } from '@plumbline/config';
import type { Monitor } from '@plumbline/core';
import { HEARTBEAT } from '@plumbline/infra';
import { unpackFunction } from '../function-folder.ts';
import { createLocalFunction, type Invocation, type LocalFunction } from '../local-function.ts';
import type { Arrival } from '../receivers.ts';
import { REPOSITORY } from '../repository.ts';
import type { Cloud } from './cloud.ts';
import { momentOf, readEvent, scheduledEvent } from './event.ts';
import { exampleSeries } from './example-series.ts';
import { type CloudChoice, openCloud } from './open-cloud.ts';
import { UsageError } from './problem.ts';

export interface InvokeOptions extends CloudChoice {
  /** Unless told, what the schedule would send now. */
  readonly event?: string | undefined;
  readonly config?: string | undefined;
  /** A CSV file for every monitor in place of the examples. */
  readonly data?: string | undefined;
  /** Unless told, as deployed. */
  readonly memoryMb?: number | undefined;
  readonly timeoutMs?: number | undefined;
  /** How often the same event is sent. */
  readonly repeat: number;
}

export interface InvokeReport {
  readonly against: string;
  readonly event: unknown;
  readonly data: readonly { readonly monitor: string; readonly description: string }[];
  readonly invocations: readonly Invocation[];
  /** What came out at the other end; undefined where that cannot be seen. */
  readonly arrivals: readonly Arrival[] | undefined;
  /** How often each operation was called, as `s3:GetObject`; undefined where that cannot be heard. */
  readonly calls: Readonly<Record<string, number>> | undefined;
  readonly memoryMb: number;
}

/**
 * Runs the built function once, or several times, on one event.
 * @param say - is told what the caller should know at once
 */
export async function runInvoke(
  options: InvokeOptions,
  say: (note: string) => void,
): Promise<InvokeReport> {
  const isOwn = options.endpoint === undefined && options.against !== 'account';
  refuseWhatWouldBeIgnored(options, isOwn);
  const config = readConfig(options.config ?? join(REPOSITORY, 'plumbline.yaml'));
  const { deploy } = config;
  const event =
    options.event === undefined
      ? scheduledEvent(Date.now(), { region: deploy.region, rule: deploy.names.rule })
      : readEvent(options.event);
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-function-'));
  let cloud: Cloud | undefined;
  try {
    const data = isOwn ? examplesFor(config, event, options.data) : [];
    unpackFunction(isOwn ? atHome(config, say) : config, folder);

    cloud = await openCloud(options, config, say);
    for (const metric of data.flatMap(({ metrics }) => metrics)) await cloud.put?.(metric);
    const memoryMb = options.memoryMb ?? deploy.memoryMb;
    const fn = createLocalFunction({
      folder,
      env: {
        POWERTOOLS_SERVICE_NAME: deploy.names.function,
        POWERTOOLS_METRICS_NAMESPACE: HEARTBEAT.namespace,
        ...cloud.env,
      },
      memoryMb,
      timeoutMs: options.timeoutMs ?? deploy.timeoutSeconds * 1000,
      name: deploy.names.function,
      region: deploy.region,
    });
    const invocations = await invokeRepeatedly(fn, event, options.repeat);
    return {
      against: cloud.name,
      event,
      data: data.map(({ monitor, description }) => ({ monitor, description })),
      invocations,
      arrivals: await cloud.arrivals?.(),
      calls: counted(cloud.calls?.()),
      memoryMb,
    };
  } finally {
    await cloud?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function refuseWhatWouldBeIgnored({ data, topic, bucket }: InvokeOptions, isOwn: boolean): void {
  if (!isOwn && data !== undefined) {
    throw new UsageError('--data is for moto and the double: elsewhere nothing is put');
  }
  if (isOwn && (topic ?? bucket) !== undefined) {
    throw new UsageError('--topic and --bucket are for an account or an --endpoint');
  }
}

/** In a row, and closes the function. */
async function invokeRepeatedly(
  fn: LocalFunction,
  event: unknown,
  times: number,
): Promise<Invocation[]> {
  try {
    const invocations: Invocation[] = [];
    for (let i = 0; i < times; i++) invocations.push(await fn.invoke(event));
    return invocations;
  } finally {
    await fn.close();
  }
}

/** @throws {ConfigError} the configuration is refused @throws {UsageError} it cannot be run so */
function readConfig(file: string): Config {
  let config: Config;
  try {
    config = loadConfig(file);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    const next = 'name the file with --config <file>';
    throw new UsageError(`cannot read the configuration: ${error.message}\n${next}`);
  }
  const local = config.monitors.find(({ source }) => source.kind === 'csv');
  if (local === undefined) return config;
  throw new UsageError(
    `${file}: monitor ${JSON.stringify(local.name)} reads files, which the function cannot: ` +
      'run it with pnpm plumbline run, or give it a metric and the file with --data',
  );
}

function examplesFor({ monitors, deploy }: Config, event: unknown, data: string | undefined) {
  const slot = momentOf(event, Date.now());
  const examples = exampleSeries(monitors, { slot, region: deploy.region, data });
  return examples.map((example, i) => ({ monitor: monitors[i]!.name, ...example }));
}

/** Other accounts, and topics elsewhere, are not where a function is tried out. */
function atHome(config: Config, say: (note: string) => void): Config {
  const monitors = config.monitors.map((monitor): Monitor => {
    const { topic, source, name } = monitor;
    const role = source.kind === 'csv' ? undefined : source.role;
    const away = [topic && `its topic ${topic}`, role && `its role ${role}`].filter(Boolean);
    if (away.length > 0) {
      say(`monitor ${JSON.stringify(name)}: ${away.join(' and ')} is left out here`);
    }
    const here = source.kind === 'csv' ? source : { ...source, role: undefined };
    return { ...monitor, topic: undefined, source: here };
  });
  return { ...config, monitors };
}

function counted(
  calls: ReturnType<NonNullable<Cloud['calls']>> | undefined,
): Record<string, number> | undefined {
  if (calls === undefined) return undefined;
  const counts: Record<string, number> = {};
  for (const { service, operation } of calls) {
    const name = `${service}:${operation}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
