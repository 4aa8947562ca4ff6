import {
  type AwsClients,
  createAwsClients,
  createCloudWatchMetricSource,
  createEventBridgeAlertSink,
  createS3StateStore,
  createSnsAlertSink,
} from '@plumbline/aws-adapters';
import {
  type AlertSink,
  type ChartMaker,
  createSilenceStore,
  type MetricSource,
  messageOf,
  type Note,
  type Silence,
  type StateStore,
  unexpired,
} from '@plumbline/core';
import { type FunctionEnvironment, readEnvironment } from './environment.ts';
import { limitCalls } from './limit-calls.ts';

/** What the function works with; made by the first invocation and kept: clients keep their connections. */
export interface Services {
  readonly environment: FunctionEnvironment;
  readonly source: MetricSource;
  /** What was learned, and what is to be told. */
  readonly state: StateStore;
  /** What people and the planner say: silences, plans. */
  readonly control: StateStore;
  readonly sinks: readonly AlertSink[];
  /** Where pictures of pages are made. */
  readonly charts: ChartMaker | undefined;
}

export function createServices(env: NodeJS.ProcessEnv): Services {
  const environment = readEnvironment(env);
  const { topicArn, bucket, eventBusName, charts, formats, ...where } = environment;
  const clients = createAwsClients(where);
  return {
    environment,
    source: createCloudWatchMetricSource(clients),
    state: createS3StateStore(clients, { bucket }),
    control: createS3StateStore(clients, { bucket, prefix: 'control/', suffix: '.json' }),
    sinks: [
      createSnsAlertSink(clients, { topicArn, formats }),
      createEventBridgeAlertSink(clients, { eventBusName }),
    ],
    charts: charts ? lazily(() => openCharts(clients, bucket)) : undefined,
  };
}

/** What draws is large, and few slots have something to draw. */
function lazily(open: () => Promise<ChartMaker>): ChartMaker {
  let opened: Promise<ChartMaker> | undefined;
  return {
    async make(chart, options) {
      opened ??= open();
      return (await opened).make(chart, options);
    },
  };
}

async function openCharts(clients: AwsClients, bucket: string): Promise<ChartMaker> {
  const { createCharts } = await import('./charts.ts');
  return createCharts(clients, bucket);
}

/**
 * The silences in force. One that cannot be read silences nothing: better a page too many than one that
 * nobody gets.
 */
export async function readSilences(
  control: StateStore,
  { slot, allMs }: { readonly slot: number; readonly allMs: () => number },
): Promise<{ readonly silences: readonly Silence[]; readonly notes: readonly Note[] }> {
  try {
    const stored = await createSilenceStore(limitCalls(control, allMs)).load();
    return { silences: unexpired(stored, slot), notes: [] };
  } catch (error) {
    const message = `the silences cannot be read, and none is in force: ${messageOf(error)}`;
    return { silences: [], notes: [{ kind: 'silences-unreadable', message }] };
  }
}
