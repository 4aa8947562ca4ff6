import { type AlertState, advanceAlert } from '../../alerts/lifecycle.ts';
import { type AlertMessage, buildAlertMessage } from '../../alerts/message.ts';
import { transitionId } from '../../alerts/transition-id.ts';
import type { MetricSource } from '../../ports/metric-source.ts';
import { keyOf } from '../monitor.ts';
import { NEW_SERIES, type OutboxEntry } from '../shard-state.ts';
import type { SeriesDecision, Stage } from '../stage.ts';

/** What the link of a message shows beside the alert itself: what was normal, and what came after. */
const PERIODS_BEFORE = 36;
const PERIODS_AFTER = 12;

/**
 * Takes each alert through the verdicts of its series, in order. A transition goes into the outbox,
 * addressed to every sink, and leaves with the commit.
 */
export const decide: Stage = async (run) => {
  const series = new Map(run.state.series);
  const decisions: SeriesDecision[] = [];
  const outbox: OutboxEntry[] = [...run.state.outbox];
  const { sinks, source } = run.ports;
  const pending = sinks.map(({ name }) => name);

  for (const { watched } of run.requests) {
    const key = keyOf(watched);
    const known = series.get(key) ?? NEW_SERIES;
    let alert = known.alert;
    for (const verdict of run.verdicts.get(key) ?? []) {
      const decision = advanceAlert(alert, verdict, watched.monitor);
      const decided = { series: watched, verdict, decision };
      decisions.push(decided);
      // The alert that opens with this sample, or the one that ends with it.
      const concerned = decision.state.phase === 'firing' ? decision.state : alert;
      if (decision.transition !== undefined && concerned.phase === 'firing') {
        const message = await transitionMessage(decided, decision.transition, concerned, source);
        const notification = { id: message.transition_id, message };
        if (pending.length > 0) outbox.push({ notification, pending });
      }
      alert = decision.state;
    }
    if (alert !== known.alert) series.set(key, { ...known, alert });
  }
  return { ...run, state: { series, outbox }, decisions };
};

async function transitionMessage(
  { series: watched, verdict, decision }: SeriesDecision,
  transition: 'firing' | 'resolved',
  { since, worst }: Extract<AlertState, { phase: 'firing' }>,
  source: MetricSource,
): Promise<AlertMessage> {
  const { series, monitor } = watched;
  const { periodMs } = monitor;
  const view = {
    series,
    periodMs,
    from: since - PERIODS_BEFORE * periodMs,
    until: verdict.timestamp + PERIODS_AFTER * periodMs,
  };
  return buildAlertMessage({
    transitionId: await transitionId(keyOf(watched), since, transition),
    state: transition,
    reason: decision.reason,
    since,
    worst,
    verdict,
    monitor,
    series,
    consoleUrl: source.linkTo?.(view) ?? null,
  });
}
