import { createHash } from 'node:crypto';
import type { ReportAlert, ReportData, ReportSeries } from './report-data.ts';

/** A series with the name of its place in the page. */
export interface NamedSeries {
  readonly series: ReportSeries;
  /** The same in every report, so that a link goes on to lead there: `monitor-1f0c9a2b4d3e`. */
  readonly id: string;
}

/** The series of a report, those with alerts first: open pages, pages, notices, then as they were given. */
export function namedSeries({ series }: ReportData): NamedSeries[] {
  const taken = new Set<string>();
  return series
    .map((one) => {
      const { monitor, locator, metric, resource } = one;
      const text = JSON.stringify([monitor, locator, metric, resource]);
      const digest = createHash('sha256').update(text).digest('hex').slice(0, 12);
      let id = `monitor-${digest}`;
      for (let again = 2; taken.has(id); again++) id = `monitor-${digest}-${again}`;
      taken.add(id);
      return { series: one, id };
    })
    .sort((a, b) => urgencyOf(b.series) - urgencyOf(a.series));
}

/** Pages before notices, of each the open ones first, then the rarest. */
export function byUrgency(a: ReportAlert, b: ReportAlert): number {
  const rank = ({ severity, until }: ReportAlert): number =>
    (severity === 'page' ? 2 : 0) + (until === null ? 1 : 0);
  return rank(b) - rank(a) || farness(b) - farness(a) || a.since - b.since;
}

function farness({ rarityDays, worst }: ReportAlert): number {
  // A limit that was crossed is measured in nothing, and is sure.
  return rarityDays ?? worst?.deviationFactor ?? Number.MAX_VALUE;
}

function urgencyOf({ alerts }: ReportSeries): number {
  const pages = alerts.filter(({ severity }) => severity === 'page');
  const open = pages.some(({ until }) => until === null) ? 1e9 : 0;
  return open + pages.length * 1e4 + (alerts.length - pages.length);
}
