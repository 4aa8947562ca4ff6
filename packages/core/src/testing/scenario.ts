import type { Guidance } from '../alerts/guidance.ts';
import type { Condition } from '../alerts/transition-id.ts';
import type { Monitor, WatchedSeries } from '../pipeline/monitor.ts';
import { run } from '../pipeline/run.ts';
import { decodeShard } from '../pipeline/shard-codec.ts';
import type { SeriesState, ShardState } from '../pipeline/shard-state.ts';
import type { RunPorts, RunReport, Stage } from '../pipeline/stage.ts';
import { type AlertSink, createMemoryAlertSink } from '../ports/alert-sink.ts';
import {
  createMemoryMetricSource,
  type MetricSource,
  type ReadResult,
} from '../ports/metric-source.ts';
import { createMemoryStateStore, type StateStore } from '../ports/state-store.ts';
import { calm, PERIOD_MS, samplesOf, timeOf } from './series.ts';

/** Index of the first sample after the training history that the scenarios begin with. */
export const TRAINED = 40;

/** Judges by the last 30 samples; calm noise scores below 2, a jump to 200 above 40. */
export const MONITOR: Monitor = {
  name: 'cpu',
  source: { kind: 'csv', path: 'unused.csv' },
  periodMs: PERIOD_MS,
  settleMs: 0,
  trainingMs: TRAINED * PERIOD_MS,
  direction: 'both',
  resolveAfterSamples: 3,
  detector: { type: 'z-score', windowSamples: 30, warmupSamples: 20, threshold: 4 },
};

export const SHARD = 'shard-1';

/** Calm for the training history, then what happened, then calm again. */
export function history(happened: readonly number[], { seed = 1 } = {}): number[] {
  return [...calm(TRAINED, { seed }), ...happened, ...calm(30, { seed: seed + 1000 })];
}

/** A series under `MONITOR`, changed as told. */
export function watch(id: string, monitor: Partial<Monitor> = {}): WatchedSeries {
  const merged = { ...MONITOR, ...monitor };
  return {
    monitor: merged,
    series: { id, locator: merged.source, metric: 'CPUUtilization', resource: id },
  };
}

export interface RunChanges extends Partial<RunPorts> {
  readonly watched?: readonly WatchedSeries[];
  readonly stages?: readonly Stage[];
  readonly pagesPerWeek?: number;
  /** All monitors that there are; none is known to be gone unless told. */
  readonly monitors?: readonly Monitor[];
  readonly guidance?: Guidance;
  /** Monitors whose series could not be looked for, and why. */
  readonly undiscovered?: ReadonlyMap<string, string>;
  readonly remainingMs?: () => number;
  readonly remainingToSendMs?: () => number;
}

/** An estate in virtual time: its series, what remembers them and who is told. */
export interface Scenario {
  readonly source: MetricSource;
  readonly store: StateStore;
  readonly sink: ReturnType<typeof createMemoryAlertSink>;
  /** The run of the slot in which the sample with this index becomes readable. */
  runAt(index: number, changes?: RunChanges): Promise<RunReport>;
  /** One run for each sample, from the first to the last. */
  runThrough(first: number, last: number, changes?: RunChanges): Promise<readonly RunReport[]>;
  /** What was told so far, as `firing web 40`: state, resource, index of the sample; see describe(). */
  told(): readonly string[];
  /** What is stored of the shard. */
  stored(): Promise<ShardState>;
  /** What is stored of one series under `MONITOR`. */
  storedSeries(id: string): Promise<SeriesState | undefined>;
}

export function createScenario(
  contents: Readonly<Record<string, readonly number[]>>,
  monitor: Partial<Monitor> = {},
): Scenario {
  const names = Object.keys(contents);
  const source = createMemoryMetricSource(
    new Map(names.map((name) => [name, samplesOf(contents[name]!)])),
  );
  const store = createMemoryStateStore();
  const sink = createMemoryAlertSink();
  const everything = names.map((name) => watch(name, monitor));

  const runAt = (index: number, changes: RunChanges = {}): Promise<RunReport> => {
    const { stages, watched = everything, pagesPerWeek, ...others } = changes;
    const { monitors, guidance, undiscovered, remainingMs, remainingToSendMs, ...ports } = others;
    const slot = timeOf(index) + MONITOR.periodMs + (monitor.settleMs ?? 0);
    const request = {
      slot,
      shard: SHARD,
      watched,
      pagesPerWeek,
      ...(monitors && { monitors }),
      ...(guidance && { guidance }),
      ...(undiscovered && { undiscovered }),
      ...(remainingMs && { remainingMs }),
      ...(remainingToSendMs && { remainingToSendMs }),
    };
    return run(request, { source, store, sinks: [sink], ...ports }, stages);
  };
  const stored = async (): Promise<ShardState> => decodeShard((await store.load(SHARD))!.bytes);

  return {
    source,
    store,
    sink,
    runAt,
    async runThrough(first, last, changes) {
      const reports: RunReport[] = [];
      for (let index = first; index <= last; index++) reports.push(await runAt(index, changes));
      return reports;
    },
    told: () => sink.received.map(({ message }) => describe(message)),
    stored,
    async storedSeries(id) {
      return (await stored()).series.get(JSON.stringify([MONITOR.name, id]));
    },
  };
}

/**
 * A transition as `firing web 40`. Of what no sample tells, as `cannot-see firing web 41`: there the run of the
 * sample before has told it.
 */
export function describe(message: {
  readonly condition: Condition;
  readonly state: string;
  readonly cluster: string | null;
  readonly timestamp: string;
}): string {
  const index = (Date.parse(message.timestamp) - timeOf(0)) / PERIOD_MS;
  const condition = message.condition === 'anomaly' ? '' : `${message.condition} `;
  return `${condition}${message.state} ${message.cluster} ${index}`;
}

/** A source that fails for some series, and answers for the others. */
export function failingFor(
  source: MetricSource,
  ids: readonly string[],
  reason = 'Throttled',
): MetricSource {
  return {
    ...source,
    async read(requests, options) {
      const results = await source.read(requests, options);
      return results.map((result, i): ReadResult => {
        const fails = ids.includes(requests[i]!.series.id);
        return fails ? { status: 'failed', reason, retryable: true } : result;
      });
    },
  };
}

/** A source that says of some series that it did not come to them. */
export function notReaching(source: MetricSource, ids: readonly string[]): MetricSource {
  return {
    ...source,
    async read(requests, options) {
      const results = await source.read(requests, options);
      return results.map((result, i): ReadResult => {
        return ids.includes(requests[i]!.series.id) ? { status: 'not-reached' } : result;
      });
    },
  };
}

/** A sink that answers as told instead of delivering; it keeps what it was asked to send. */
export function createStubSink(
  name: string,
  answer: () => Awaited<ReturnType<AlertSink['send']>>[number],
): AlertSink & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    name,
    asked,
    async send(notifications) {
      asked.push(...notifications.map(({ id }) => id));
      return notifications.map(answer);
    },
  };
}
