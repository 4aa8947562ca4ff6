import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { messageOf } from '@plumbline/core';
import type { Context } from 'aws-lambda';
import { type Deployed, readDeployed } from './deployed.ts';
import { planSlot } from './plan-slot.ts';
import {
  countFailedMonitors,
  countNotes,
  logAlerts,
  logNotes,
  NAMESPACE,
  publishCounts,
  publishPlan,
} from './report.ts';
import { runSlot } from './run-slot.ts';
import { createServices, type Services } from './services.ts';
import { slotOfEvent } from './slot-of-event.ts';
import { type TimeBudget, timeBudgetOf } from './time-budget.ts';
import { isQueueEvent, type WorkedShard, workShards } from './work-shards.ts';

const logger = new Logger();
const metrics = new Metrics({ namespace: NAMESPACE });

let services: Services | undefined;
let deployed: Deployed | undefined;

/**
 * Runs once a schedule: looks at what is new in every monitor, decides, records and tells. Of an estate in several
 * shards it plans the slot then, and is run again, by the queue, for each shard.
 *
 * @param event - EventBridge's scheduled event, whose `time` is the moment the run stands for; or SQS's, with shards
 * @throws when the state cannot be read or written: Lambda tries again, and its errors raise an alarm
 */
export async function handler(event: unknown, context: Context): Promise<object> {
  logger.addContext(context);
  const time = timeBudgetOf(context);
  try {
    services ??= createServices(process.env);
    deployed ??= readDeployed();
    if (isQueueEvent(event)) {
      return await workShards(event, services, deployed, time, {
        onWorked: (worked) => reportShard(worked, time),
        onFailed: (error, { messageId }) => {
          logger.error(`a shard failed: ${messageOf(error)}`, { messageId, error });
        },
      });
    }
    const { slot, remark } = slotOfEvent(event, Date.now());
    if (remark !== undefined) logger.warn(remark, { kind: 'event-time' });
    return services.environment.fleet === undefined
      ? await runAndReport(services, deployed, slot, time)
      : await planAndReport(services, deployed, slot, time);
  } catch (error) {
    logger.error(`run failed: ${messageOf(error)}`, error as Error);
    throw error;
  }
}

async function runAndReport(
  services: Services,
  deployed: Deployed,
  slot: number,
  time: TimeBudget,
): Promise<object> {
  const { report, discovery, notes } = await runSlot(services, deployed, slot, time);
  const all = [...discovery, ...notes, ...report.notes];
  logNotes(logger, all);
  logAlerts(logger, report);
  const { counts, outcome } = report;
  const runMs = time.elapsedMs();
  const monitorsFailed = countFailedMonitors(discovery);
  publishCounts(metrics, {
    slot,
    monitors: deployed.monitors.length,
    monitorsFailed,
    counts,
    runMs,
  });
  const summary = { slot: new Date(slot).toISOString(), outcome, counts, notes: countNotes(all) };
  logger.info('run finished', { ...summary, runMs });
  return summary;
}

async function planAndReport(
  services: Services,
  deployed: Deployed,
  slot: number,
  time: TimeBudget,
): Promise<object> {
  const { shards, series, told, discovery, notes } = await planSlot(services, deployed, slot, time);
  const all = [...discovery, ...notes];
  logNotes(logger, all);
  const runMs = time.elapsedMs();
  const monitorsFailed = countFailedMonitors(discovery);
  publishPlan(metrics, { slot, shards, series, monitorsFailed, ...told, runMs });
  const counts = { shards, series, waiting: told.waiting };
  const summary = { slot: new Date(slot).toISOString(), counts, notes: countNotes(all) };
  logger.info('slot planned', { ...summary, runMs });
  return summary;
}

function reportShard({ report, told, notes }: WorkedShard, time: TimeBudget): void {
  const all = [...report.notes, ...notes];
  logNotes(logger, all);
  logAlerts(logger, report);
  const { counts, outcome, shard } = report;
  const runMs = time.elapsedMs();
  const figures = { slot: report.slot, monitors: 0, monitorsFailed: 0, counts, runMs };
  publishCounts(metrics, { ...figures, isPart: true });
  logger.info('shard finished', {
    slot: new Date(report.slot).toISOString(),
    shard,
    outcome,
    counts,
    notes: countNotes(all),
    ...(told && { told: told.delivered.length, waiting: told.waiting }),
    runMs,
  });
}
