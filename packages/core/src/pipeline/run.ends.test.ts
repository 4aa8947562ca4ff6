import fc from 'fast-check';
import { expect, test } from 'vitest';
import { transitionsOf } from '../alerts/group.ts';
import type { Guidance } from '../alerts/guidance.ts';
import type { Notification } from '../ports/alert-sink.ts';
import {
  createScenario,
  createStubSink,
  failingFor,
  notReaching,
  type RunChanges,
  TRAINED,
  watch,
} from '../testing/scenario.ts';
import { calm, PERIOD_MS, timeOf } from '../testing/series.ts';
import { MISSING_POLICIES, type Monitor } from './monitor.ts';

const SLOTS = 30;
const LAST = TRAINED + SLOTS;
const IDS = ['web', 'db'] as const;

const POLICY: Partial<Monitor> = {
  detector: { type: 'static-threshold', above: 100 },
  silentAfterMs: 3 * PERIOD_MS,
  resolveAfterSamples: 2,
  rearmMs: 0,
};

/** What a period may bring, mostly for several in a row. */
function inStretches<T>(...of: readonly T[]): fc.Arbitrary<T[]> {
  const stretch = fc.tuple(fc.constantFrom(...of), fc.integer({ min: 1, max: 6 }));
  return fc
    .array(stretch, { minLength: SLOTS, maxLength: SLOTS })
    .map((all) => all.flatMap(([one, times]) => new Array<T>(times).fill(one)).slice(0, SLOTS));
}

/** All that was told, alert by alert: how it began, and how it ended. */
function endsOf(received: readonly Notification[]): Map<string, string[]> {
  const alerts = new Map<string, string[]>();
  for (const { message } of received) {
    for (const { condition, series, since } of transitionsOf(message)) {
      const alert = `${condition} of ${series} since ${since}`;
      alerts.set(alert, [...(alerts.get(alert) ?? []), message.state].sort());
    }
  }
  return alerts;
}

const incident = fc.record({
  web: inStretches(50, 50, 150, Number.NaN),
  db: inStretches(50, 50, 150, Number.NaN),
  reading: inStretches<'all' | 'no web' | 'none' | 'not reached' | 'no run'>(
    'all',
    'all',
    'no web',
    'none',
    'not reached',
    'no run',
  ),
  isQuiet: inStretches(false, false, true),
  isSending: inStretches(true, true, false),
  missing: fc.constantFrom(...MISSING_POLICIES, undefined),
});

test.each(['comes back', 'is no longer watched'] as const)(
  'whatever happened, when all %s each alert that was told of has ended, once',
  async (how) => {
    await fc.assert(
      fc.asyncProperty(incident, async (given) => {
        const valuesOf = (id: 'web' | 'db') => {
          return [...calm(TRAINED), ...given[id], ...calm(6, { seed: 9 })];
        };
        const monitor = { ...POLICY, missing: given.missing };
        const contents = Object.fromEntries(IDS.map((id) => [id, valuesOf(id)]));
        const scenario = createScenario(contents, monitor);
        await scenario.runAt(TRAINED - 1);
        const down = createStubSink('memory', () => {
          return { delivered: false, reason: '503', retryable: true };
        });
        for (const [i, reading] of given.reading.entries()) {
          if (reading === 'no run') continue;
          const span = { from: timeOf(TRAINED + i), until: timeOf(TRAINED + i + 2) };
          const silence = { id: 's', match: {}, ...span, why: '', by: '' };
          const guidance: Guidance = given.isQuiet[i] ? { silences: [silence] } : {};
          const unread = reading === 'no web' ? ['web'] : IDS;
          const source =
            reading === 'all'
              ? scenario.source
              : reading === 'not reached'
                ? notReaching(scenario.source, unread)
                : failingFor(scenario.source, unread);
          const sinks = given.isSending[i] ? [scenario.sink] : [down];
          await scenario.runAt(TRAINED + i, { source, guidance, sinks });
        }

        const gone: RunChanges = { watched: [], monitors: [watch('x', { name: 'x' }).monitor] };
        if (how === 'is no longer watched') await scenario.runAt(LAST, gone);
        else await scenario.runThrough(LAST, LAST + 5);
        for (const [alert, told] of endsOf(scenario.sink.received)) {
          expect(told, alert).toEqual(['firing', 'resolved']);
        }
        const { outbox, series } = await scenario.stored();
        expect(outbox).toEqual([]);
        for (const { alert, silent, unseen } of series.values()) {
          expect([alert.phase, silent?.told, unseen?.told]).toEqual(['ok', undefined, undefined]);
        }
      }),
      { numRuns: 150 },
    );
  },
);
