import { isoTime, REASON_TEXTS, type SeriesDecision } from '@plumbline/core';
import type { Story } from '../../explain/story.ts';
import { toldOf } from './verdict.ts';

/** What is a moment, in ms, wherever it is. */
const MOMENTS: ReadonlySet<string> = new Set([
  'timestamp',
  'since',
  'toldAt',
  'flaggedAt',
  'until',
  'at',
  'readyAt',
  'slot',
]);

/** The whole explanation as JSON: times in ISO 8601, null for what is unknown or has no limit. */
export function explainJson(story: Story, remarks: readonly string[]): string {
  const { watched, askedMs, decided, decisions, changes, before, after } = story;
  const { monitor, series } = watched;
  const time = (timestamp: number | undefined) =>
    timestamp === undefined ? null : isoTime(timestamp);
  return JSON.stringify(
    {
      monitor: monitor.name,
      series: series.id,
      metric: series.metric,
      resource: series.resource,
      detector: monitor.detector,
      asked: isoTime(askedMs),
      told: decided === undefined ? 'nothing' : toldOf(decided),
      reason: decided?.decision.reason ?? 'no-sample',
      because:
        decided === undefined
          ? 'there is no sample within a period of it'
          : REASON_TEXTS[decided.decision.reason],
      sample: decided === undefined ? null : sampleOf(decided),
      nearest: { before: time(before), after: time(after) },
      account: decided?.account ?? null,
      around: decisions.filter(isNear(askedMs, 12 * monitor.periodMs)).map(sampleOf),
      changes: changes.map(({ slot, condition, state, severity, reason }) => {
        return { slot, condition, state, severity, reason };
      }),
      learnedFrom: time(story.learnedFrom),
      judgedFrom: isoTime(story.judgedFrom),
      isHistory: story.isHistory,
      remarks,
    },
    (key, value: unknown) =>
      MOMENTS.has(key) && typeof value === 'number' && Number.isFinite(value)
        ? isoTime(value)
        : value,
    2,
  );
}

function isNear(askedMs: number, within: number): (decided: SeriesDecision) => boolean {
  return ({ verdict }) => Math.abs(verdict.timestamp - askedMs) <= within;
}

function sampleOf({ verdict, decision, mute }: SeriesDecision) {
  const { state, reason, transition } = decision;
  return {
    ...verdict,
    told: transition ?? null,
    reason,
    alert: state.phase === 'firing' ? { severity: state.told.severity, since: state.since } : null,
    mutedBy: mute?.by ?? null,
  };
}
