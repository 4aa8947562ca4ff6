import {
  createDesk,
  createPlanStore,
  encodeJob,
  messageOf,
  type Note,
  planFleet,
  type Told,
  watchMonitors,
} from '@plumbline/core';
import type { Deployed } from './deployed.ts';
import { DESK_TIMING } from './desk-timing.ts';
import { limitCalls } from './limit-calls.ts';
import { digestOf } from './plan-digest.ts';
import { readSilences, type Services } from './services.ts';
import type { TimeBudget } from './time-budget.ts';

export interface PlannedSlot {
  readonly shards: number;
  readonly series: number;
  /** What has lain at the desk. */
  readonly told: Pick<Told, 'waiting' | 'ageMs'>;
  readonly discovery: readonly Note[];
  readonly notes: readonly Note[];
}

/**
 * Plans a slot of an estate in several shards: finds the series, writes the plan of each shard that has changed,
 * and asks for each to be worked on. Then tells what somebody has left at the desk.
 *
 * @throws {Error} a plan cannot be written, or the queue does not take a shard: Lambda tries again
 */
export async function planSlot(
  services: Services,
  { monitors }: Deployed,
  slot: number,
  { allMs, remainingMs, remainingToSendMs }: TimeBudget,
): Promise<PlannedSlot> {
  const { source, sinks, environment } = services;
  const { fleet, region } = environment;
  const count = fleet?.shards ?? 1;
  const control = limitCalls(services.control, allMs);
  const planStore = createPlanStore(control, count);
  const desk = createDesk({
    store: limitCalls(services.state, allMs),
    sinks,
    slot,
    ...DESK_TIMING,
  });

  const [found, { silences, notes }, before, { outbox, pages }] = await Promise.all([
    watchMonitors(monitors, source, { remainingMs }),
    readSilences(control, { slot, allMs }),
    // Each time: who has planned the last slot may have been another environment.
    planStore.loadAll(),
    desk.look(),
  ]);
  const unsure = new Set(
    found.notes.flatMap(({ kind, monitor }) => {
      const isUnsure = kind === 'discovery-failed' || kind === 'discovery-incomplete';
      return isUnsure && monitor !== undefined ? [monitor] : [];
    }),
  );
  const planned = planFleet(found.watched, { monitors, unsure, before, count });
  await Promise.all(
    planned.plans.map((plan, index) => {
      const known = before[index];
      const isKnown = known !== undefined && digestOf(known) === digestOf(plan);
      return isKnown ? undefined : planStore.save(index, plan);
    }),
  );

  const { createSqsClients, createSqsWorkQueue } = await import(
    '@plumbline/aws-adapters/sqs-work-queue'
  );
  const queue = createSqsWorkQueue(createSqsClients({ region }), {
    queueUrl: fleet?.queueUrl ?? '',
  });
  const jobs = planned.plans.map((plan, index) =>
    encodeJob({ slot, shard: { index, count }, plan: digestOf(plan), silences, pages }),
  );
  const deliveries = await queue.put(jobs, { remainingMs: remainingToSendMs });
  const refused = deliveries.flatMap((delivery) => (delivery.delivered ? [] : [delivery.reason]));
  if (refused.length > 0) {
    throw new Error(`${refused.length} of ${count} shards are not on the queue: ${refused[0]}`);
  }

  const { told, notes: ofDesk } = await tellWhatIsLeft();
  return {
    shards: count,
    series: planned.plans.flat().reduce((sum, { series }) => sum + series.length, 0),
    told,
    discovery: found.notes,
    notes: [...notes, ...planned.notes, ...ofDesk],
  };

  /** A worker that was to tell has ended before it could, or nobody takes it. */
  async function tellWhatIsLeft(): Promise<Pick<PlannedSlot, 'told' | 'notes'>> {
    if (outbox.length === 0) return { told: { waiting: 0, ageMs: 0 }, notes: [] };
    try {
      const told = await desk.tell({ remainingMs: remainingToSendMs });
      return { told, notes: told.notes };
    } catch (error) {
      const message = `the desk: ${messageOf(error)}; next slot`;
      const since = outbox.map((entry) => entry.since ?? slot);
      const ageMs = slot - Math.min(...since);
      return {
        told: { waiting: outbox.length, ageMs },
        notes: [{ kind: 'delivery-failed', message, retryable: true }],
      };
    }
  }
}
