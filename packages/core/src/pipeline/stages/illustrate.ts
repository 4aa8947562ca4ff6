import type { Page } from '../../charts/page-chart.ts';
import { messageOf } from '../../errors.ts';
import type { ReadResult } from '../../ports/metric-source.ts';
import { keyOf } from '../monitor.ts';
import { incidentsOf } from '../series-memory.ts';
import { NEW_SERIES, type OutboxEntry } from '../shard-state.ts';
import type { Note, Run, Stage } from '../stage.ts';

/** As many as are told one by one; more are one message, without a picture. */
const MOST_CHARTS = 5;

/** A picture is begun with no less time left than this, ms: drawing cannot be stopped, and sending comes after it. */
const LEAST_MS = 12_000;

/** What a picture shows, ms; of long periods, so many of them. */
const SHOWN_MS = 24 * 3_600_000;
const SHOWN_PERIODS = 48;
/** Of what led to an alert that has been open for long, so many periods; but no more than a week in all. */
const PERIODS_BEFORE = 12;
const MOST_SHOWN_MS = 7 * 24 * 3_600_000;

/**
 * Makes a picture of what people are about to be told: of each page that opens or gets worse in this slot, told
 * alone. It comes after the commit, so that it holds up nothing that is decided, and it never costs a message:
 * without the time or the samples, or when something fails, there is none, and a note says why.
 */
export const illustrate: Stage = async (run) => {
  const { charts, source } = run.ports;
  if (charts === undefined || run.outcome === 'superseded') return run;
  const subjects = subjectsOf(run).slice(0, MOST_CHARTS);
  if (subjects.length === 0) return run;
  const { remainingToSendMs = () => Number.POSITIVE_INFINITY } = run.request;
  const remainingMs = (): number => remainingToSendMs() - LEAST_MS;

  const urls = new Map<string, string>();
  const notes: Note[] = [];
  const results = await readAll(subjects, source, remainingMs);
  // What draws is for few slots, and a part of its own in a bundle.
  const { drawPage, NO_TIME } = await import('../../charts/page-chart.ts');
  for (const [i, subject] of subjects.entries()) {
    const { entry, watched } = subject;
    const key = keyOf(watched);
    try {
      const svg = await drawPage(subject, results[i], {
        from: shownFrom(subject),
        guidance: run.guide(watched),
        wasIncident: incidentsOf(run.state.series.get(key) ?? NEW_SERIES),
        remainingMs,
      });
      if (remainingMs() <= 0) throw new Error(NO_TIME);
      const { id } = entry.notification;
      urls.set(id, await charts.make({ id, svg }, { remainingMs }));
    } catch (error) {
      const message = `no chart in the message: ${messageOf(error)}`;
      notes.push({ kind: 'no-chart', series: key, message });
    }
  }
  const outbox = run.state.outbox.map((entry) => {
    const { id, message } = entry.notification;
    const url = urls.get(id);
    if (url === undefined) return entry;
    return { ...entry, notification: { id, message: { ...message, chart_url: url } } };
  });
  return { ...run, state: { ...run.state, outbox }, notes: [...run.notes, ...notes] };
};

interface Subject extends Page {
  readonly entry: OutboxEntry;
}

/** What there is to tell of and to draw. */
function subjectsOf({ request, state }: Run): readonly Subject[] {
  const watchedByKey = new Map(request.watched.map((watched) => [keyOf(watched), watched]));
  return state.outbox.flatMap((entry): Subject[] => {
    const { message } = entry.notification;
    const { monitor, series, condition, severity, group } = message;
    const watched = watchedByKey.get(keyOf({ monitor: { name: monitor }, series: { id: series } }));
    const isWanted =
      entry.since === request.slot &&
      condition === 'anomaly' &&
      message.state === 'firing' &&
      severity === 'page' &&
      group === null;
    if (!isWanted || watched === undefined) return [];
    const [timestamp, since] = [Date.parse(message.timestamp), Date.parse(message.since)];
    return [{ entry, watched, message, timestamp, since }];
  });
}

/** The beginning of what is shown, ms. */
function shownFrom({ watched: { monitor }, timestamp, since }: Subject): number {
  const usual = timestamp - Math.max(SHOWN_MS, SHOWN_PERIODS * monitor.periodMs);
  const before = since - PERIODS_BEFORE * monitor.periodMs;
  return Math.min(usual, Math.max(before, timestamp - MOST_SHOWN_MS));
}

/** Training history and what is shown, of all series at once. */
async function readAll(
  subjects: readonly Subject[],
  source: Run['ports']['source'],
  remainingMs: () => number,
): Promise<readonly ReadResult[]> {
  const requests = subjects.map((subject) => {
    const { monitor, series } = subject.watched;
    const after = shownFrom(subject) - monitor.trainingMs;
    return { series, periodMs: monitor.periodMs, after, until: subject.timestamp + 1 };
  });
  if (remainingMs() <= 0) return requests.map(() => ({ status: 'not-reached' }));
  try {
    return await source.read(requests, { remainingMs });
  } catch (error) {
    return requests.map(() => ({ status: 'failed', reason: messageOf(error), retryable: true }));
  }
}
