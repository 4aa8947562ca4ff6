import { messageOf } from '../errors.ts';
import { keyOf, type Monitor, type WatchedSeries } from '../pipeline/monitor.ts';
import { NEW_SERIES, type SeriesState } from '../pipeline/shard-state.ts';
import type { Note } from '../pipeline/stage.ts';
import { withinMaxSeries } from '../pipeline/within-max-series.ts';
import type { Series } from '../ports/metric-source.ts';
import type { StateStore } from '../ports/state-store.ts';
import { shardOf } from './shards.ts';

/** What one shard is to watch: its series, by the name of their monitor. */
export type ShardPlan = readonly {
  readonly monitor: string;
  readonly series: readonly Series[];
}[];

const VERSION = 1;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** What is stored is not the plan of a shard. */
export class UnreadablePlanError extends Error {
  override readonly name = 'UnreadablePlanError';
}

/** The plan as JSON; the same plan gives the same bytes. */
export function encodePlan(plan: ShardPlan): Uint8Array {
  return encoder.encode(JSON.stringify({ version: VERSION, plan }));
}

/** @throws {UnreadablePlanError} the bytes are something else, or of another version */
export function decodePlan(bytes: Uint8Array): ShardPlan {
  let stored: { readonly version?: unknown; readonly plan?: unknown } | null;
  try {
    stored = JSON.parse(decoder.decode(bytes));
  } catch (error) {
    throw new UnreadablePlanError(`not JSON: ${messageOf(error)}`);
  }
  if (stored?.version !== VERSION || !Array.isArray(stored.plan)) {
    throw new UnreadablePlanError(`no plan of version ${VERSION}`);
  }
  return stored.plan as ShardPlan;
}

/** The series of a plan under the monitors of a configuration; those whose monitor is no more are left out. */
export function watchedOf(plan: ShardPlan, monitors: readonly Monitor[]): readonly WatchedSeries[] {
  const byName = new Map(monitors.map((monitor) => [monitor.name, monitor]));
  return plan.flatMap(({ monitor: name, series }) => {
    const monitor = byName.get(name);
    return monitor === undefined ? [] : series.map((each) => ({ monitor, series: each }));
  });
}

/**
 * Divides what was found among so many shards. Of a monitor that finds more than it may watch, those stay that were
 * planned before. What a monitor was planned to watch stays as well while it cannot be looked for, or not to the end.
 *
 * @param found - the series of all monitors that could be looked for
 * @param unsure - names of the monitors that could not, or of which there may be more
 * @param before - the plans there are, by the index of their shard
 */
export function planFleet(
  found: readonly WatchedSeries[],
  {
    monitors,
    unsure,
    before,
    count,
  }: {
    readonly monitors: readonly Monitor[];
    readonly unsure: ReadonlySet<string>;
    readonly before: readonly (ShardPlan | undefined)[];
    readonly count: number;
  },
): { readonly plans: readonly ShardPlan[]; readonly notes: readonly Note[] } {
  const planned = before.flatMap((plan) => watchedOf(plan ?? [], monitors));
  const isFound = new Set(found.map(keyOf));
  const kept = planned.filter((each) => unsure.has(each.monitor.name) && !isFound.has(keyOf(each)));
  const known = new Set(planned.map(keyOf));
  // Alive, as far as a planner can tell: CloudWatch names what was heard of in the last two weeks.
  const stateOf = (key: string): SeriesState | undefined =>
    known.has(key) ? { ...NEW_SERIES, learnedUntil: 0 } : undefined;
  const { watched, notes } = withinMaxSeries([...found, ...kept], stateOf);

  const plans: Map<string, Series[]>[] = Array.from({ length: count }, () => new Map());
  for (const each of watched) {
    const plan = plans[shardOf(keyOf(each), count)]!;
    const { name } = each.monitor;
    const series = plan.get(name);
    if (series === undefined) plan.set(name, [each.series]);
    else series.push(each.series);
  }
  return {
    plans: plans.map((plan) =>
      Array.from(plan, ([monitor, series]) => ({
        monitor,
        series: series.sort((a, b) => (a.id < b.id ? -1 : 1)),
      })),
    ),
    notes,
  };
}

/** The plans of a fleet as they are stored, one object a shard. */
export interface PlanStore {
  /** By the index of the shard; undefined where there is none, or none that can be read. */
  loadAll(): Promise<readonly (ShardPlan | undefined)[]>;
  /** @throws {UnreadablePlanError} what is stored is no plan @throws {Error} there is none */
  load(index: number): Promise<ShardPlan>;
  /** Writes a plan. Of planners that write at once one wins: they have found the same, or soon will. */
  save(index: number, plan: ShardPlan): Promise<void>;
}

export function createPlanStore(store: StateStore, count: number): PlanStore {
  const nameOf = (index: number): string => `plan-${index}-of-${count}`;
  const load = async (index: number): Promise<ShardPlan | undefined> => {
    const stored = await store.load(nameOf(index));
    return stored && decodePlan(stored.bytes);
  };
  return {
    loadAll: () =>
      Promise.all(
        Array.from({ length: count }, (_, index) =>
          load(index).catch((error: unknown) => {
            if (error instanceof UnreadablePlanError) return undefined;
            throw error;
          }),
        ),
      ),
    async load(index) {
      const plan = await load(index);
      if (plan === undefined)
        throw new Error(`there is no ${nameOf(index)}: the planner writes it`);
      return plan;
    },
    async save(index, plan) {
      const stored = await store.load(nameOf(index));
      await store.commit(nameOf(index), encodePlan(plan), stored?.version);
    },
  };
}
