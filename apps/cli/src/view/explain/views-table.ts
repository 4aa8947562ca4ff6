import type { AdaptiveExplanation, ViewAccount } from '@plumbline/core';
import colors from 'picocolors';
import stringWidth from 'string-width';
import { columns, plural, shortDuration } from '../text.ts';
import { bar, WIDTH, wrapped } from './layout.ts';
import { number, onceIn, rarityText, times } from './words.ts';

const MOST_BAR = 10;
const LEAST_BAR = 3;
/** Strengths are raised to the third power before the reader's eyes. */
const STRENGTH_DIGITS = 3;
/** Of a day. */
const HOUR = 1 / 24;

/** What the adaptive detector made of a sample: its views, then its forecasts. */
export function adaptiveLines(its: AdaptiveExplanation): {
  readonly views: { readonly table: string[]; readonly sums: string[] };
  readonly forecasts: string[];
} {
  return {
    views: { table: viewsTable(its), sums: strengthLines(its) },
    forecasts: [...forecastsTable(its), '', ...departureLines(its)],
  };
}

function viewsTable({ views }: AdaptiveExplanation): string[] {
  const rows = views.map((view) => {
    const isDeparture = view.name === 'departure';
    const deviations = isDeparture ? ' σ' : '';
    return [
      viewText(view),
      isDeparture ? '' : number(view.saw),
      isDeparture ? '' : number(view.usual),
      number(view.distance, 3) + deviations,
      number(Math.max(view.yardstick, view.least), 3) + deviations,
      times(view.times),
    ];
  });
  const head = ['VIEW', 'SAW', 'USUAL', 'OFF BY', 'MOSTLY <', 'TIMES'];
  const lines = columns([head, ...rows], ['left', 'right', 'right', 'right', 'right', 'right']);
  const room = WIDTH - Math.max(...lines.map((line) => stringWidth(line))) - 2;
  const most = Math.min(MOST_BAR, room);
  const bars = views.map(({ share }) => (most < LEAST_BAR ? '' : bar(share, most)));
  return lines.map((line, i) => {
    if (i === 0) return colors.dim(line);
    return bars[i - 1] === '' ? line : `${line}  ${colors.cyan(bars[i - 1])}`;
  });
}

/** What a view is held against, in the field's words. */
function viewText({ name, spanMs, againstMs }: ViewAccount): string {
  const span = spanMs === 0 ? 'value' : `${shortDuration(spanMs)} mean`;
  switch (name) {
    case 'level':
    case 'hour':
    case 'day':
      return `${span} against all`;
    case 'shift':
    case 'drift':
      return `${span} against ${shortDuration(againstMs)} before`;
    case 'sameTime':
      return `${span} against same time`;
    default:
      return 'off the forecasts';
  }
}

function strengthLines(its: AdaptiveExplanation): string[] {
  const { together, afterHabit, habit, episodes, strength, yardstick, rarity } = its;
  const strong = (value: number): string => times(value, STRENGTH_DIGITS);
  const lines = wrapped(
    `MOSTLY <: what 998 in 1,000 samples of the past stayed below; TIMES: how many times that. All views together: ${strong(together)} times (root of squares; the bars are shares).`,
  );
  if (afterHabit < together) {
    const habitual = `At this time of day it was ${strong(habit)} or more on two of the last 7 days: that much is routine, which leaves ${strong(afterHabit)}.`;
    lines.push(...wrapped(habitual));
  }
  if (episodes > 0) {
    const like = `${plural(episodes, 'earlier episode was', 'earlier episodes were')} about as strong: it is less news, which leaves ${strong(strength)}.`;
    lines.push(...wrapped(like));
  }
  const product = `${rarityText(yardstick.days)} × ${strong(strength)}³`;
  const rule = `1 comes ${onceIn(yardstick.days)} on this metric, and what is farther off becomes rarer with the third power: ${product} ${rarity < HOUR ? 'is less than an hour' : `= ${rarityText(rarity)}`}.`;
  return [...lines, ...wrapped(rule)];
}

const FORECAST_TEXTS: Readonly<Record<string, string>> = {
  last: 'the value before',
  recent: 'mean of the last 12',
  week: 'mean of 7 days',
  sameTime: 'same time, 7 days',
  dailyStep: "value before, day's step",
  weeklyStep: "last 12, last week's step",
};

function forecastsTable({ forecasts }: AdaptiveExplanation): string[] {
  const rows = forecasts.map(({ name, expected, error, usualErrorNow, deviations, weight }) => [
    FORECAST_TEXTS[name] ?? name,
    number(expected),
    weight === 0 ? '-' : number(error, 3),
    weight === 0 ? '-' : number(usualErrorNow, 3),
    weight === 0 ? '-' : times(deviations),
    weight === 0 ? '-' : `${Math.round(100 * weight)} %`,
  ]);
  const head = ['FORECAST', 'EXPECTED', 'OFF BY', 'USUALLY', 'TIMES', 'SAY'];
  const lines = columns([head, ...rows], ['left', 'right', 'right', 'right', 'right', 'right']);
  return lines.map((line, i) => (i === 0 ? colors.dim(line) : line));
}

function departureLines({ departure, score }: AdaptiveExplanation): string[] {
  const { deviations, nearMisses, discounted } = departure;
  const off = `By their say that is ${times(deviations)} σ off.`;
  const near =
    discounted < deviations && nearMisses > 0
      ? ` ${plural(nearMisses, 'earlier peak', 'earlier peaks')} came near to that, so it counts as ${times(discounted)}.`
      : '';
  const bulk =
    discounted === 0
      ? ' That is within the bulk, and counts for nothing.'
      : ` By the bulk of the past such a departure comes ${onceIn(score)}: that is the score.`;
  return wrapped(`${off}${near}${bulk}`);
}
