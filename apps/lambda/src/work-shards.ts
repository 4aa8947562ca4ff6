import {
  createDesk,
  createPlanStore,
  decodeJob,
  messageOf,
  type Note,
  type RunReport,
  run,
  type ShardJob,
  type ShardPlan,
  shardName,
  type Told,
  watchedOf,
} from '@plumbline/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Deployed } from './deployed.ts';
import { DESK_TIMING } from './desk-timing.ts';
import { limitCalls } from './limit-calls.ts';
import { digestOf } from './plan-digest.ts';
import type { Services } from './services.ts';
import type { TimeBudget } from './time-budget.ts';

/** What is waited for others before telling, ms: few workers take the shards of a slot in several waves. */
const GATHERING_MS = 20_000;
/** Of the time that is left for sending, what waiting may take. */
const GATHERING_SHARE = 0.35;

/** Plans that this environment has read, by their shard. */
const plans = new Map<string, { readonly digest: string; readonly plan: ShardPlan }>();

/** What became of one shard. */
export interface WorkedShard {
  readonly report: RunReport;
  /** Of the desk, when this one told what lay there. */
  readonly told: Told | undefined;
  readonly notes: readonly Note[];
}

export interface WorkHooks {
  readonly onWorked: (worked: WorkedShard) => void;
  readonly onFailed: (error: unknown, record: SQSRecord) => void;
}

/** Whether an event is what a queue has to hand out. */
export function isQueueEvent(event: unknown): event is SQSEvent {
  const { Records } = (event ?? {}) as { Records?: unknown };
  return Array.isArray(Records) && Records.every(({ eventSource }) => eventSource === 'aws:sqs');
}

/**
 * Works on the shards that a queue hands out, one after the other. One that fails goes back to the queue, and the
 * others do not.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export async function workShards(
  { Records }: SQSEvent,
  services: Services,
  deployed: Deployed,
  time: TimeBudget,
  { onWorked, onFailed }: WorkHooks,
): Promise<SQSBatchResponse> {
  const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
  for (const record of Records) {
    try {
      const job = decodeJob(record.body);
      // Of a division that was left: the planner has asked for the same series anew.
      if (job.shard.count !== services.environment.fleet?.shards) continue;
      onWorked(await workShard(job, services, deployed, time));
    } catch (error) {
      onFailed(error, record);
      batchItemFailures.push({ itemIdentifier: record.messageId });
    }
  }
  return { batchItemFailures };
}

async function workShard(
  job: ShardJob,
  services: Services,
  { monitors, pagesPerWeek, guidance }: Deployed,
  { allMs, remainingMs, remainingToSendMs }: TimeBudget,
): Promise<WorkedShard> {
  const { slot, shard, silences, pages } = job;
  const { source, sinks, charts } = services;
  const store = limitCalls(services.state, allMs);
  const desk = createDesk({ store, sinks, slot, ...DESK_TIMING });
  const plan = await planOf(job, services, allMs);
  const request = {
    slot,
    shard: shardName(shard),
    part: shard,
    watched: watchedOf(plan, monitors),
    monitors,
    guidance: { ...guidance, silences },
    pagesPerWeek,
    estatePages: pages,
    remainingMs,
    remainingToSendMs,
  };
  const report = await run(request, { source, store, charts, sinks: desk.relays });
  if (!desk.isFirst()) return { report, told: undefined, notes: [] };
  try {
    const waitMs = Math.max(0, Math.min(GATHERING_MS, remainingToSendMs() * GATHERING_SHARE));
    const told = await desk.tell({ waitMs, remainingMs: remainingToSendMs });
    return { report, told, notes: told.notes };
  } catch (error) {
    // What was brought is at the desk, and the planner looks there in the next slot.
    const message = `the desk: ${messageOf(error)}; next slot`;
    return {
      report,
      told: undefined,
      notes: [{ kind: 'delivery-failed', message, retryable: true }],
    };
  }
}

async function planOf(
  { shard, plan: digest }: ShardJob,
  { control }: Services,
  allMs: () => number,
): Promise<ShardPlan> {
  const name = shardName(shard);
  const known = plans.get(name);
  if (known?.digest === digest) return known.plan;
  const plan = await createPlanStore(limitCalls(control, allMs), shard.count).load(shard.index);
  // Its own digest: of two planners at once the other one may have written it.
  plans.set(name, { digest: digestOf(plan), plan });
  return plan;
}
