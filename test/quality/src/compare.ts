import type { DetectorResult } from './results.ts';

/** A figure that must not get worse. */
interface Headline {
  readonly name: string;
  readonly better: 'higher' | 'lower';
  /** A loss of this much passes: room for a change that moves figures without meaning anything. */
  readonly tolerance: number;
  read(result: DetectorResult): number | null | undefined;
}

/** Points of nab, of 100; and shares, such as F1, and alerts per metric-week. */
const POINTS = 0.05;
const SHARE = 0.002;

/**
 * What the default detector is measured by. A trade of one of these for another fails too: somebody has
 * to want it, and write the new figures.
 */
const HEADLINES: readonly Headline[] = [
  higher('nab: signal, standard', POINTS, ({ nab }) => nab?.signal.score.standard),
  higher('nab: signal, low FP', POINTS, ({ nab }) => nab?.signal.score.reward_low_FP_rate),
  higher('nab: signal, low FN', POINTS, ({ nab }) => nab?.signal.score.reward_low_FN_rate),
  higher('nab: signal, AWS metrics', POINTS, ({ nab }) => nab?.signal.aws.standard),
  higher('nab: pages, standard', POINTS, ({ nab }) => nab?.shipped.score.standard),
  higher('nab: windows found by pages', 0, ({ nab }) => nab?.shipped.pages.found),
  lower('nab: false pages', SHARE, ({ nab }) => nab?.shipped.pages.falsePerMetricWeek),
  ...(['mscloud', 'kpi'] as const).flatMap((set) => [
    higher(`${set}: swept F1`, SHARE, (result) => result[set]?.swept.f1),
    higher(`${set}: recall within the noise`, SHARE, (result) => result[set]?.within.recall),
    higher(`${set}: F1 of pages`, SHARE, (result) => result[set]?.shippedPages.f1),
  ]),
  lower('bytes of state after 14 days', 0, ({ cost }) => cost?.snapshotBytes),
];

/** How far a result is from the committed one, a line a figure. */
export interface Comparison {
  readonly worse: readonly string[];
  readonly better: readonly string[];
}

/** Figures that one of the two does not have are passed over: a run can be of some sets only. */
export function compareResults(committed: DetectorResult, now: DetectorResult): Comparison {
  const worse: string[] = [];
  const better: string[] = [];
  for (const { name, better: direction, tolerance, read } of HEADLINES) {
    const [before, after] = [read(committed), read(now)];
    if (typeof before !== 'number' || typeof after !== 'number' || before === after) continue;
    const gain = direction === 'higher' ? after - before : before - after;
    const allowance = tolerance === 0 ? '' : ` (${tolerance} is let pass)`;
    if (gain < -tolerance) worse.push(`${name}: ${after}, committed ${before}${allowance}`);
    else if (gain > tolerance) better.push(`${name}: ${after}, committed ${before}`);
  }
  return { worse, better };
}

function higher(name: string, tolerance: number, read: Headline['read']): Headline {
  return { name, better: 'higher', tolerance, read };
}

function lower(name: string, tolerance: number, read: Headline['read']): Headline {
  return { name, better: 'lower', tolerance, read };
}
