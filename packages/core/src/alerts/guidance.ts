import type { WatchedSeries } from '../pipeline/monitor.ts';
import { crc32 } from '../stats/crc32.ts';
import { type Matcher, matches } from './matcher.ts';
import type { Silence } from './silences.ts';
import { type IsWithin, loadTimeSpans, type TimeSpans } from './time-spans.ts';

/** While it lasts, what it is about is watched and learned, and nobody is told. */
export interface MaintenanceWindow {
  readonly name: string;
  readonly match: Matcher;
  readonly spans: TimeSpans;
}

/** What people say of a stretch of time, in hindsight or ahead. */
export interface Label {
  readonly match: Matcher;
  readonly spans: TimeSpans;
  /**
   * `normal`: learned as what may be, and told to nobody. `incident`: not learned, so that the like of it is news
   * again. `excluded`: neither judged nor learned.
   */
  readonly label: 'normal' | 'incident' | 'excluded';
}

/** What people have said, for all series. */
export interface Guidance {
  readonly maintenance?: readonly MaintenanceWindow[];
  readonly silences?: readonly Silence[];
  readonly labels?: readonly Label[];
}

/** Why nobody is told: somebody wants to have quiet. */
export interface Mute {
  readonly reason: 'silenced' | 'maintenance';
  /** The id of the silence, the name of the window. */
  readonly by: string;
}

/** What people have said of one series. */
export interface SeriesGuidance {
  /**
   * Maintenance mutes the samples of its time, whenever they are read; a silence also all that would be told while
   * it lasts, for people want quiet at once and samples come late.
   *
   * @param nowMs - the slot of the run
   */
  mutedAt(timestamp: number, nowMs: number): Mute | undefined;
  labelAt(timestamp: number): Label['label'] | undefined;
  /** Names the labels of the series, whatever the time: a model is tied to them. Empty without any. */
  readonly labelsKey: string;
}

const UNGUIDED: SeriesGuidance = {
  mutedAt: () => undefined,
  labelAt: () => undefined,
  labelsKey: '',
};

/** Of labels that overlap the first of these counts: what is left out is left out. */
const LABEL_ORDER: readonly Label['label'][] = ['excluded', 'incident', 'normal'];

/**
 * Makes guidance ready to be asked, series by series.
 * @throws {InvalidOptionError} a time span is none
 */
export async function loadGuidance({
  maintenance = [],
  silences = [],
  labels = [],
}: Guidance): Promise<(watched: WatchedSeries) => SeriesGuidance> {
  const windows = await Promise.all(
    maintenance.map(async ({ spans, name: by, match }) => {
      const isWithin = await loadTimeSpans(spans);
      const mute: Mute = { reason: 'maintenance', by };
      return { match, mute, isMuted: (timestamp: number) => isWithin(timestamp) };
    }),
  );
  const mutes = [...windows, ...silences.map(silenceOf)];
  const labelled = await Promise.all(
    labels.map(async (label) => ({ ...label, isWithin: await loadTimeSpans(label.spans) })),
  );
  labelled.sort((a, b) => LABEL_ORDER.indexOf(a.label) - LABEL_ORDER.indexOf(b.label));
  if (mutes.length === 0 && labelled.length === 0) return () => UNGUIDED;

  return (watched) => {
    const own = mutes.filter(({ match }) => matches(match, watched));
    const ownLabels = labelled.filter(({ match }) => matches(match, watched));
    return {
      mutedAt: (timestamp, nowMs) => own.find(({ isMuted }) => isMuted(timestamp, nowMs))?.mute,
      labelAt: (timestamp) => ownLabels.find(({ isWithin }) => isWithin(timestamp))?.label,
      labelsKey: ownLabels.length === 0 ? '' : keyOfLabels(ownLabels),
    };
  };
}

function silenceOf({ id, match, from, until }: Silence) {
  const isWithin: IsWithin = (timestamp) => timestamp >= from && timestamp < until;
  const mute: Mute = { reason: 'silenced', by: id };
  const isMuted = (timestamp: number, nowMs: number): boolean =>
    isWithin(timestamp) || isWithin(nowMs);
  return { match, mute, isMuted };
}

function keyOfLabels(labels: readonly Label[]): string {
  // In whatever order they are written.
  const texts = labels.map(({ label, spans }) => JSON.stringify([label, spans])).sort();
  return crc32(new TextEncoder().encode(texts.join())).toString(16);
}
