import type { DecisionReason, SeriesDecision } from '@plumbline/core';
import { type Colour, dot, rectangle, text } from './svg.ts';

/** What an alert is after a sample, and how it is shown. */
export interface Phase {
  readonly name: string;
  readonly colour: Colour;
  readonly reasons: readonly DecisionReason[];
}

export const NONE: Phase = {
  name: 'none open',
  colour: 'edge',
  reasons: ['normal', 'recovered', 'new-normal', 'labelled-normal', 'excluded', 'no-opinion'],
};
export const NOTICE: Phase = { name: 'notice', colour: 'notice', reasons: [] };
export const PAGE: Phase = { name: 'page', colour: 'page', reasons: [] };
export const RECOVERING: Phase = { name: 'recovering', colour: 'fine', reasons: ['recovering'] };
export const QUIET: Phase = {
  name: 'flagged, and kept quiet',
  colour: 'quiet',
  reasons: ['quiet', 'silenced', 'maintenance'],
};

export function phaseOf({ decision: { state, reason } }: SeriesDecision): Phase {
  const named = [NONE, RECOVERING, QUIET].find(({ reasons }) => reasons.includes(reason));
  if (named !== undefined) return named;
  return state.phase === 'firing' && state.told.severity === 'page' ? PAGE : NOTICE;
}

/** A row of cells, one a sample. */
export function phaseStrip(
  decisions: readonly SeriesDecision[],
  x: (ms: number) => number,
  top: number,
  periodMs: number,
): string[] {
  // Neighbours in one phase are one cell.
  const cells: { from: number; until: number; colour: Colour }[] = [];
  for (const each of decisions) {
    const { colour } = phaseOf(each);
    const { timestamp } = each.verdict;
    const last = cells.at(-1);
    if (last?.colour === colour) last.until = timestamp + periodMs;
    else cells.push({ from: timestamp, until: timestamp + periodMs, colour });
  }
  return cells.map(({ from, until, colour }) =>
    rectangle(
      [x(from) + 0.5, top],
      { width: x(until) - x(from) - 1, height: 20 },
      { fill: colour, round: 2 },
    ),
  );
}

export function legend(phases: readonly Phase[], left: number, baseline: number): string[] {
  let x = left;
  return phases.flatMap(({ name, colour }) => {
    const at = x;
    x += 46 + name.length * 7.4;
    return [dot([at + 6, baseline - 5], 6, colour), text(at + 20, baseline, name)];
  });
}
