import type { AlertState } from '../../alerts/lifecycle.ts';
import { advanceAlert, type Decision } from '../../alerts/lifecycle.ts';
import { type AlertMessage, buildAlertMessage } from '../../alerts/message.ts';
import { transitionId } from '../../alerts/transition-id.ts';
import type { Verdict } from '../../alerts/verdict.ts';
import { keyOf, type WatchedSeries } from '../monitor.ts';
import type { SeriesDecision, Stage } from '../run.ts';
import { NEW_SERIES, type OutboxEntry } from '../shard-state.ts';

/**
 * Takes each alert through the verdicts of its series, in order. A transition goes into the outbox,
 * addressed to every sink, and leaves with the commit.
 */
export const decide: Stage = async (run) => {
  const series = new Map(run.state.series);
  const decisions: SeriesDecision[] = [];
  const outbox: OutboxEntry[] = [...run.state.outbox];
  const pending = run.ports.sinks.map(({ name }) => name);

  for (const { watched } of run.requests) {
    const key = keyOf(watched);
    const known = series.get(key) ?? NEW_SERIES;
    let alert = known.alert;
    for (const verdict of run.verdicts.get(key) ?? []) {
      const decision = advanceAlert(alert, verdict, watched.monitor);
      decisions.push({ series: watched, verdict, decision });
      if (decision.transition !== undefined) {
        const message = await messageFor(watched, verdict, decision, alert);
        outbox.push({ notification: { id: message.transition_id, message }, pending });
      }
      alert = decision.state;
    }
    if (alert !== known.alert) series.set(key, { ...known, alert });
  }
  return { ...run, state: { series, outbox }, decisions };
};

async function messageFor(
  watched: WatchedSeries,
  verdict: Verdict,
  { state: next, transition, reason }: Decision,
  previous: AlertState,
): Promise<AlertMessage> {
  // The alert in question is the one that opens or the one that ends.
  const alert = next.phase === 'firing' ? next : previous;
  if (transition === undefined || alert.phase !== 'firing') throw new Error('no transition');
  return buildAlertMessage({
    transitionId: await transitionId(keyOf(watched), alert.since, transition),
    state: transition,
    reason,
    since: alert.since,
    worst: alert.worst,
    verdict,
    ...watched,
  });
}
