import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import {
  createAwsClients,
  createCloudWatchMetricSource,
  createEventBridgeAlertSink,
  createS3StateStore,
  createSnsAlertSink,
} from '@plumbline/aws-adapters';
import { messageOf, type RunPorts, run, watchMonitors } from '@plumbline/core';
import type { Context } from 'aws-lambda';
import { type Deployed, readDeployed } from './deployed.ts';
import { readEnvironment } from './environment.ts';
import { limitCalls } from './limit-calls.ts';
import { countNotes, logNotes, NAMESPACE, publishCounts } from './report.ts';
import { slotOfEvent } from './slot-of-event.ts';

/** Everything is one shard until an estate is larger than one run. */
const SHARD = 'shard-0';

/** Kept for committing and sending, ms; half the time when there is little. */
const RESERVE_MS = 10_000;

/** Of which kept for marking what was sent, and for the log lines, ms; half of it when there is little. */
const MARKING_RESERVE_MS = 4_000;

const logger = new Logger();
const metrics = new Metrics({ namespace: NAMESPACE });

/** Made by the first run and kept: clients keep their connections. */
let ports: RunPorts | undefined;
let deployed: Deployed | undefined;

/**
 * Runs once a schedule: looks at what is new in every monitor, decides, records and tells.
 *
 * @param event - EventBridge's scheduled event; its `time` is the moment the run stands for
 * @throws when the state cannot be read or written: Lambda tries again, and its errors raise an alarm
 */
export async function handler(event: unknown, context: Context): Promise<object> {
  logger.addContext(context);
  const startedWith = context.getRemainingTimeInMillis();
  const reserveMs = Math.min(RESERVE_MS, startedWith / 2);
  const remainingMs = (): number => context.getRemainingTimeInMillis() - reserveMs;
  const markingReserveMs = Math.min(MARKING_RESERVE_MS, reserveMs / 2);
  const remainingToSendMs = (): number => context.getRemainingTimeInMillis() - markingReserveMs;
  try {
    ports ??= createPorts();
    deployed ??= readDeployed();
    const { monitors, pagesPerWeek } = deployed;
    const { slot, remark } = slotOfEvent(event, Date.now());
    if (remark !== undefined) logger.warn(remark, { kind: 'event-time' });

    const { watched, notes } = await watchMonitors(monitors, ports.source, { remainingMs });
    const limited = limitCalls(ports, () => context.getRemainingTimeInMillis());
    const request = { slot, shard: SHARD, watched, pagesPerWeek, remainingMs, remainingToSendMs };
    const report = await run(request, limited);
    const all = [...notes, ...report.notes];
    logNotes(logger, all);

    const { counts, outcome } = report;
    const runMs = startedWith - context.getRemainingTimeInMillis();
    const { 'discovery-failed': monitorsFailed = 0 } = countNotes(notes);
    publishCounts(metrics, { monitors: monitors.length, monitorsFailed, counts, runMs });
    const summary = { slot: new Date(slot).toISOString(), outcome, counts, notes: countNotes(all) };
    logger.info('run finished', { ...summary, runMs });
    return summary;
  } catch (error) {
    logger.error(`run failed: ${messageOf(error)}`, error as Error);
    throw error;
  }
}

function createPorts(): RunPorts {
  const { topicArn, bucket, eventBusName, ...where } = readEnvironment(process.env);
  const clients = createAwsClients(where);
  return {
    source: createCloudWatchMetricSource(clients),
    store: createS3StateStore(clients, { bucket }),
    sinks: [
      createSnsAlertSink(clients, { topicArn }),
      createEventBridgeAlertSink(clients, { eventBusName }),
    ],
  };
}
