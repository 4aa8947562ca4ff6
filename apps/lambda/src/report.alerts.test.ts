import type { ConditionChange, SeriesDecision } from '@plumbline/core';
import { describe, expect, test } from 'vitest';
import { logAlerts } from './report.ts';

describe('the log of alerts', () => {
  /** What is logged of these, as parts of one line; undefined when there is none. */
  function alertsLogged(
    decisions: readonly object[],
    changes: readonly object[] = [],
  ): unknown[] | undefined {
    const lines: unknown[][] = [];
    logAlerts(
      { info: (...parts: unknown[]) => lines.push(parts) },
      { decisions: decisions as SeriesDecision[], changes: changes as ConditionChange[] },
    );
    expect(lines.length).toBeLessThanOrEqual(1);
    return lines[0];
  }

  const series = (id: string) => ({ monitor: { name: 'cpu' }, series: { id } });

  test('has one line: what was told and what was kept quiet, each with its reason', () => {
    expect(
      alertsLogged(
        [
          { series: series('web'), decision: { transition: 'firing', reason: 'first-flagged' } },
          { series: series('calm'), decision: { reason: 'normal' } },
          {
            series: series('db'),
            decision: { reason: 'silenced' },
            mute: { reason: 'silenced', by: 'a1b2' },
          },
        ],
        [
          {
            state: 'firing',
            reason: 'went-silent',
            subject: { monitor: 'cpu', series: 'queue' },
          },
        ],
      ),
    ).toEqual([
      'alerts',
      {
        kind: 'alerts',
        alerts: [
          { what: 'firing', reason: 'first-flagged', which: 'cpu: web' },
          { what: 'quiet', reason: 'silenced', which: 'cpu: db', by: 'a1b2' },
          { what: 'firing', reason: 'went-silent', which: 'cpu: queue' },
        ],
        alertCount: 3,
      },
    ]);
  });

  test('has no line when nothing happened', () => {
    const decision = { reason: 'normal' };
    expect(alertsLogged([{ series: series('web'), decision }])).toBeUndefined();
  });

  test('names some of many, and counts them', () => {
    const decision = { transition: 'firing', reason: 'first-flagged' };
    const many = Array.from({ length: 500 }, (_, i) => ({ series: series(`${i}`), decision }));
    const [, details] = alertsLogged(many) as [string, { alerts: unknown[] }];
    expect(details).toMatchObject({ alertCount: 500 });
    expect(details.alerts).toHaveLength(20);
  });
});
