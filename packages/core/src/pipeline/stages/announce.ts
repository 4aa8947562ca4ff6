import { MOST_SINGLE } from '../../alerts/group.ts';
import type { AlertState, Transition } from '../../alerts/lifecycle.ts';
import { type AlertMessage, buildAlertMessage } from '../../alerts/message.ts';
import { transitionId } from '../../alerts/transition-id.ts';
import type { MetricSource } from '../../ports/metric-source.ts';
import { pagesIn, pagesOfWeek, raiseAt, withPages } from '../budget.ts';
import { keyOf, subjectOf, type WatchedSeries } from '../monitor.ts';
import { grouped } from '../outbox.ts';
import type { OutboxEntry } from '../shard-state.ts';
import type { ConditionChange, Note, Run, SeriesDecision, Stage } from '../stage.ts';

/** What the link of a message shows beside the alert itself: what was normal, and what came after. */
const PERIODS_BEFORE = 36;
const PERIODS_AFTER = 12;

/** Notifications that wait while nobody takes them; when they become more, they become a digest. */
const MOST_WAITING = 50;

type Firing = Extract<AlertState, { phase: 'firing' }>;

/**
 * Puts what has to be told into the outbox, which leaves with the commit: each transition of an alert, addressed
 * to every sink that takes its severity. Where many come at once they become one message.
 */
export const announce: Stage = async (run) => {
  const messages: AlertMessage[] = [];
  for (const decided of run.decisions) {
    const { before, decision } = decided;
    // The alert that opens with this sample or goes on, or the one that ends with it.
    const alert = decision.state.phase === 'firing' ? decision.state : before;
    if (decision.transition === undefined || alert.phase !== 'firing') continue;
    messages.push(await transitionMessage(decided, decision.transition, alert, run.ports.source));
  }
  const watchedByKey = new Map(run.request.watched.map((watched) => [keyOf(watched), watched]));
  for (const change of run.changes) {
    messages.push(await changeMessage(change, watchedByKey.get(change.key), run));
  }

  const { sinks } = run.ports;
  const since = run.request.slot;
  const entries = messages.flatMap((message): OutboxEntry[] => {
    const takers = sinks.filter(({ takes }) => takes?.(message.severity) ?? true);
    const notification = { id: message.transition_id, message };
    return takers.length === 0
      ? []
      : [{ notification, pending: takers.map(({ name }) => name), since }];
  });
  const told = await grouped(entries, MOST_SINGLE);
  // Of a part of an estate the budget is kept where all parts tell.
  const opened = pagesIn(told.map(({ notification }) => notification));
  const pages =
    run.request.estatePages === undefined ? withPages(run.state.pages, opened) : run.state.pages;
  const waiting = [...run.state.outbox, ...told];
  const isTooMuch = waiting.length > MOST_WAITING;
  const outbox = isTooMuch ? await grouped(waiting, 1) : waiting;
  const notes = [
    ...overspent(run, pages),
    ...(isTooMuch ? collapsed(waiting.length, outbox.length) : []),
  ];
  return { ...run, state: { ...run.state, outbox, pages }, notes: [...run.notes, ...notes] };
};

function collapsed(before: number, after: number): Note[] {
  const message = `${before} notifications wait to be sent: they are put together as ${after}`;
  return [{ kind: 'outbox-collapsed', message }];
}

/** An operator has to see that fewer pages come because of the budget. */
function overspent({ request }: Run, own: readonly number[]): Note[] {
  const { slot, pagesPerWeek, estatePages: pages = own } = request;
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
  const { timestamp } = verdict;
  const isAgain = transition === 'worse' || transition === 'repeat';
  const named = isAgain ? (`${transition} ${timestamp}` as const) : transition;
  return buildAlertMessage({
    transitionId: await transitionId(keyOf(watched), since, named),
    subject: subjectOf(watched),
    state: transition === 'resolved' ? 'resolved' : 'firing',
    severity,
    reason: decision.reason,
    since,
    timestamp,
    worst,
    verdict,
    consoleUrl: linkTo(watched, since, timestamp, source),
  });
}

async function changeMessage(
  { key, ...change }: ConditionChange,
  watched: WatchedSeries | undefined,
  { request: { slot }, ports: { source } }: Run,
): Promise<AlertMessage> {
  const { condition, state, since } = change;
  const named = condition === 'anomaly' ? state : (`${condition} ${state}` as const);
  return buildAlertMessage({
    ...change,
    transitionId: await transitionId(key, since, named),
    timestamp: slot,
    consoleUrl: watched === undefined ? null : linkTo(watched, since, slot, source),
  });
}

function linkTo(
  { series, monitor: { periodMs } }: WatchedSeries,
  since: number,
  timestamp: number,
  source: MetricSource,
): string | null {
  const from = since - PERIODS_BEFORE * periodMs;
  const until = timestamp + PERIODS_AFTER * periodMs;
  return source.linkTo?.({ series, periodMs, from, until }) ?? null;
}
