import type { Guidance } from '../alerts/guidance.ts';
import { createLiveStateStore } from '../pipeline/live-state-store.ts';
import { keyOf, type WatchedSeries } from '../pipeline/monitor.ts';
import { replay } from '../pipeline/replay.ts';
import type { Note, RunReport } from '../pipeline/stage.ts';
import type { AlertSink, Notification } from '../ports/alert-sink.ts';
import type { Samples } from '../series/samples.ts';
import { type BacktestAlert, createAlertLog } from './alert-log.ts';
import { createHistorySource, type ReadCount } from './history-source.ts';
import { createTrace, type SeriesTrace } from './series-trace.ts';

/** A series to look back on, with all that is known of it: what was judged and the history before. */
export interface BacktestSeries {
  readonly watched: WatchedSeries;
  readonly samples: Samples;
}

export interface BacktestRequest {
  /** Of one clock and one estate: they share slots, the budget of pages and messages. */
  readonly series: readonly BacktestSeries[];
  /** Timestamps of the first and the last sample to judge, ms since the epoch; before it is history. */
  readonly firstMs: number;
  readonly lastMs: number;
  readonly guidance?: Guidance;
  /** The budget of pages; without end unless told. */
  readonly pagesPerWeek?: number | undefined;
  /** Called after each slot, with how many there have been. */
  readonly onSlot?: (done: number) => void;
}

/** What a span of the past would have come to. */
export interface Backtest {
  /** In the order of the request. */
  readonly series: readonly SeriesTrace[];
  /** Those that would have been told of, in the order in which they opened. */
  readonly alerts: readonly BacktestAlert[];
  /** What people would have got, groups of many alerts as one, and what machines would have. */
  readonly messages: { readonly people: number; readonly machines: number };
  readonly slots: number;
  /** Samples judged, and those without an opinion. */
  readonly judged: number;
  readonly noOpinion: number;
  /** What the runs asked their source for. */
  readonly reads: ReadCount;
  /** What runs had to say, each text of a series once, with the number of slots that said it. */
  readonly notes: readonly (Note & { readonly slots: number })[];
}

/**
 * What would have been sent, had the monitors been running then: the same run as everywhere, slot by slot, in
 * virtual time. A sample is judged by what came before it. Samples are missing where they are not in the history;
 * what was refused, throttled or late then is not known and not part of it.
 *
 * @throws {InvalidOptionError} an option of a detector, a policy or the guidance is outside its range
 */
export async function backtest({
  series,
  firstMs,
  lastMs,
  guidance,
  pagesPerWeek,
  onSlot,
}: BacktestRequest): Promise<Backtest> {
  const source = createHistorySource(series);
  const watched = series.map((each) => each.watched);
  const people = createCountingSink('people', (severity) => severity === 'page');
  const machines = createCountingSink('machines', () => true);
  const ports = { source, store: createLiveStateStore(), sinks: [people, machines] };
  const traces = new Map(series.map((each) => [keyOf(each.watched), createTrace(each)]));
  const alerts = createAlertLog();
  const notes = new Map<string, Note & { slots: number }>();
  let [slots, judged, noOpinion] = [0, 0, 0];

  const request = { shard: SHARD, watched, firstMs, lastMs, pagesPerWeek };
  for await (const report of replay({ ...request, ...(guidance && { guidance }) }, ports)) {
    slots += 1;
    judged += report.counts.scored;
    noOpinion += report.counts.noOpinion;
    for (const decided of report.decisions) {
      traces.get(keyOf(decided.series))?.add(decided);
      alerts.add(decided);
    }
    for (const change of report.changes) alerts.addChange(change, report.slot);
    count(notes, report.notes);
    onSlot?.(slots);
  }
  return {
    series: [...traces.values()].map((trace) => trace.finished()),
    alerts: await alerts.finished(),
    messages: { people: people.sent(), machines: machines.sent() },
    slots,
    judged,
    noOpinion,
    reads: source.reads(),
    notes: [...notes.values()],
  };
}

const SHARD = 'backtest';

function count(notes: Map<string, Note & { slots: number }>, more: RunReport['notes']): void {
  for (const note of more) {
    const { kind, series = '', monitor = '', message } = note;
    const key = [kind, series, monitor, message].join('\0');
    const known = notes.get(key);
    if (known === undefined) notes.set(key, { ...note, slots: 1 });
    else known.slots += 1;
  }
}

function createCountingSink(
  name: string,
  takes: NonNullable<AlertSink['takes']>,
): AlertSink & { sent(): number } {
  let sent = 0;
  return {
    name,
    takes,
    sent: () => sent,
    async send(notifications: readonly Notification[]) {
      sent += notifications.length;
      return notifications.map(() => ({ delivered: true }));
    },
  };
}
