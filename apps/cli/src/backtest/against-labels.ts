import {
  type BacktestAlert,
  type BacktestSeries,
  keyOf,
  type Label,
  matches,
} from '@plumbline/core';

/** How the alerts compare with what people remember. */
export interface Labelled {
  /** Incidents within what was judged, and those among them in which somebody was told, by a page or a notice. */
  readonly incidents: number;
  readonly found: number;
  readonly paged: number;
  /** Pages of the series that labels are about which lie in no incident, and all pages of these. */
  readonly falsePages: number;
  readonly pages: number;
  /** From the beginning of an incident to what was told first, ms; the median; null where none was found. */
  readonly medianDelayMs: number | null;
  /** One an incident, in order of time. */
  readonly each: readonly LabelledIncident[];
}

export interface LabelledIncident {
  readonly from: number;
  readonly until: number;
  /** The series that it is about. */
  readonly series: number;
  /** What was told in it first, if anything. */
  readonly first: BacktestAlert | undefined;
  readonly severity: BacktestAlert['severity'] | undefined;
}

/** A series, and the time that was judged of it, ms since the epoch. */
interface Judged extends Pick<BacktestSeries, 'watched'> {
  readonly from: number;
  readonly until: number;
}

/** A page shortly after an incident is still about it. */
const AFTERMATH_MS = 3_600_000;

/**
 * Alerts against labels of incidents: one is found when an alert of a series that it is about overlaps it. A page is
 * false when no incident of its series is within an hour of it.
 */
export function againstLabels(
  alerts: readonly BacktestAlert[],
  labels: readonly Label[],
  series: readonly Judged[],
): Labelled {
  const incidents = labels.flatMap(({ label, match, spans }) => {
    if (label !== 'incident' || 'cron' in spans) return [];
    const keys = new Set(
      series.flatMap(({ watched, from, until }) => {
        const isJudged = spans.until > from && spans.from <= until;
        return isJudged && matches(match, watched) ? [keyOf(watched)] : [];
      }),
    );
    return keys.size === 0 ? [] : [{ ...spans, keys }];
  });
  incidents.sort((a, b) => a.from - b.from);

  const overlaps = (
    alert: BacktestAlert,
    incident: (typeof incidents)[number],
    after = 0,
  ): boolean =>
    incident.keys.has(alert.key) &&
    alert.since < incident.until + after &&
    (alert.until ?? Number.POSITIVE_INFINITY) >= incident.from;
  const each = incidents.map((incident): LabelledIncident => {
    const within = alerts
      .filter((alert) => overlaps(alert, incident))
      .sort((a, b) => a.since - b.since);
    const isPaged = within.some(({ severity }) => severity === 'page');
    return {
      from: incident.from,
      until: incident.until,
      series: incident.keys.size,
      first: within[0],
      severity: isPaged ? 'page' : within[0]?.severity,
    };
  });
  const labelled = new Set(incidents.flatMap(({ keys }) => [...keys]));
  const pages = alerts.filter(({ key, severity }) => severity === 'page' && labelled.has(key));
  const delays = each
    .flatMap(({ first, from }) => (first === undefined ? [] : [Math.max(0, first.since - from)]))
    .sort((a, b) => a - b);
  return {
    incidents: each.length,
    found: each.filter(({ first }) => first !== undefined).length,
    paged: each.filter(({ severity }) => severity === 'page').length,
    falsePages: pages.filter(
      (page) => !incidents.some((incident) => overlaps(page, incident, AFTERMATH_MS)),
    ).length,
    pages: pages.length,
    medianDelayMs: delays.length === 0 ? null : delays[Math.floor((delays.length - 1) / 2)]!,
    each,
  };
}
