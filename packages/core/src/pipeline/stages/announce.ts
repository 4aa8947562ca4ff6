import type { AlertState, Transition } from '../../alerts/lifecycle.ts';
import { type AlertMessage, buildAlertMessage } from '../../alerts/message.ts';
import { transitionId } from '../../alerts/transition-id.ts';
import type { MetricSource } from '../../ports/metric-source.ts';
import { pagesOfWeek, raiseAt } from '../budget.ts';
import { keyOf } from '../monitor.ts';
import type { OutboxEntry } from '../shard-state.ts';
import type { Note, Run, SeriesDecision, Stage } from '../stage.ts';

/** What the link of a message shows beside the alert itself: what was normal, and what came after. */
const PERIODS_BEFORE = 36;
const PERIODS_AFTER = 12;

type Firing = Extract<AlertState, { phase: 'firing' }>;

/**
 * Puts what has to be told into the outbox, which leaves with the commit: each transition of an alert, addressed
 * to every sink that takes its severity.
 */
export const announce: Stage = async (run) => {
  const outbox: OutboxEntry[] = [...run.state.outbox];
  const { sinks, source } = run.ports;
  for (const decided of run.decisions) {
    const { before, decision } = decided;
    // The alert that opens with this sample or goes on, or the one that ends with it.
    const alert = decision.state.phase === 'firing' ? decision.state : before;
    if (decision.transition === undefined || alert.phase !== 'firing') continue;
    const pending = sinks
      .filter(({ takes }) => takes?.(alert.told.severity) ?? true)
      .map(({ name }) => name);
    if (pending.length === 0) continue;
    const message = await transitionMessage(decided, decision.transition, alert, source);
    outbox.push({ notification: { id: message.transition_id, message }, pending });
  }
  return { ...run, state: { ...run.state, outbox }, notes: [...run.notes, ...overspent(run)] };
};

/** An operator has to see that fewer pages come because of the budget. */
function overspent({ request: { slot, pagesPerWeek }, state: { pages } }: Run): Note[] {
  const raise = raiseAt(slot, pages, pagesPerWeek);
  if (raise === 1) return [];
  const count = pagesOfWeek(slot, pages).length;
  const times = Number(raise.toPrecision(3));
  const message = `${count} pages in the last 7 days, the budget is ${pagesPerWeek}: until they are fewer, a page has to be ${times} times as rare, and detectors that do not tell how rare give notices only`;
  return [{ kind: 'budget-overspent', message }];
}

async function transitionMessage(
  { series: watched, verdict, decision }: SeriesDecision,
  transition: Transition,
  { since, worst, told: { severity } }: Firing,
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
  const named = transition === 'worse' ? (`worse ${verdict.timestamp}` as const) : transition;
  return buildAlertMessage({
    transitionId: await transitionId(keyOf(watched), since, named),
    state: transition === 'resolved' ? 'resolved' : 'firing',
    severity,
    reason: decision.reason,
    since,
    worst,
    verdict,
    monitor,
    series,
    consoleUrl: source.linkTo?.(view) ?? null,
  });
}
