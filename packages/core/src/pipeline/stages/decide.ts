import { type AlertState, advanceAlert } from '../../alerts/lifecycle.ts';
import { type AlertMessage, buildAlertMessage } from '../../alerts/message.ts';
import { transitionId } from '../../alerts/transition-id.ts';
import { keyOf } from '../monitor.ts';
import { NEW_SERIES, type OutboxEntry } from '../shard-state.ts';
import type { SeriesDecision, Stage } from '../stage.ts';

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
      const decided = { series: watched, verdict, decision };
      decisions.push(decided);
      // The alert that opens with this sample, or the one that ends with it.
      const concerned = decision.state.phase === 'firing' ? decision.state : alert;
      if (decision.transition !== undefined && concerned.phase === 'firing') {
        const message = await transitionMessage(decided, decision.transition, concerned);
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
): Promise<AlertMessage> {
  return buildAlertMessage({
    transitionId: await transitionId(keyOf(watched), since, transition),
    state: transition,
    reason: decision.reason,
    since,
    worst,
    verdict,
    ...watched,
  });
}
