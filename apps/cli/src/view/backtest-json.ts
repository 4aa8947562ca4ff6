import { isoTime, keyOf, significant } from '@plumbline/core';
import type { LookBack } from '../backtest/look-back.ts';
import { costOf } from './backtest-summary.ts';

/** The result for machines: times in ISO 8601, numbers with four significant digits, USD. */
export function backtestJson(result: LookBack): string {
  const { series, alerts, labelled, weeks, messages, reads, alternatives } = result;
  const watchedByKey = new Map(series.map(({ watched }) => [keyOf(watched), watched]));
  const time = (ms: number | null): string | null => (ms === null ? null : isoTime(ms));
  const number = (value: number | null): number | null =>
    value === null ? null : significant(value);
  return JSON.stringify(
    {
      from: isoTime(result.from),
      until: isoTime(result.until),
      weeks: significant(weeks),
      series: series.length,
      seriesFound: result.found,
      slots: result.slots,
      judged: result.judged,
      noOpinion: result.noOpinion,
      elapsedMs: Math.round(result.elapsedMs),
      pagesPerWeek: result.file.config.pagesPerWeek,
      messages,
      alternatives,
      reads: { ...reads, dollars: significant(costOf(reads.metrics)) },
      alerts: alerts.map(({ key, since, until, worst, ...alert }) => {
        const watched = watchedByKey.get(key);
        return {
          ...alert,
          monitor: watched?.monitor.name,
          series: watched?.series.id,
          metric: watched?.series.metric,
          resource: watched?.series.resource ?? null,
          since: isoTime(since),
          until: time(until),
          expected: number(alert.expected),
          lower: number(alert.lower),
          upper: number(alert.upper),
          rarityDays: number(alert.rarityDays),
          worst: worst && {
            timestamp: isoTime(worst.timestamp),
            value: significant(worst.value),
            deviationFactor: number(worst.deviationFactor),
          },
        };
      }),
      labelled: labelled && {
        ...labelled,
        each: labelled.each.map(({ from, until, first, ...incident }) => ({
          ...incident,
          from: isoTime(from),
          until: isoTime(until),
          first: first?.id ?? null,
        })),
      },
      problems: result.problems,
    },
    null,
    2,
  );
}
