import { type Note, type RunReport, run, watchMonitors } from '@plumbline/core';
import type { Deployed } from './deployed.ts';
import { limitCalls } from './limit-calls.ts';
import { readSilences, type Services } from './services.ts';
import type { TimeBudget } from './time-budget.ts';

const SHARD = 'shard-0';

/** All of a slot at once, for an estate in one shard. */
export async function runSlot(
  services: Services,
  { monitors, pagesPerWeek, guidance }: Deployed,
  slot: number,
  { allMs, remainingMs, remainingToSendMs }: TimeBudget,
): Promise<{
  readonly report: RunReport;
  readonly discovery: readonly Note[];
  readonly notes: readonly Note[];
}> {
  const { source, sinks, state, control, charts } = services;
  const [{ watched, notes: discovery }, { silences, notes }] = await Promise.all([
    watchMonitors(monitors, source, { remainingMs }),
    readSilences(control, { slot, allMs }),
  ]);
  const request = {
    slot,
    shard: SHARD,
    part: { index: 0, count: 1 },
    watched,
    monitors,
    undiscovered: new Map(
      discovery.flatMap(({ kind, monitor, message }) => {
        return kind === 'discovery-failed' && monitor !== undefined ? [[monitor, message]] : [];
      }),
    ),
    guidance: { ...guidance, silences },
    pagesPerWeek,
    remainingMs,
    remainingToSendMs,
  };
  const report = await run(request, { source, sinks, charts, store: limitCalls(state, allMs) });
  return { report, discovery, notes };
}
