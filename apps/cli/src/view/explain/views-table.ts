import type { AdaptiveExplanation, ViewAccount } from '@plumbline/core';
import colors from 'picocolors';
import stringWidth from 'string-width';
import { columns, plural, shortDuration } from '../text.ts';
import { bar, WIDTH, wrapped } from './layout.ts';
import { number, onceIn, rarityText, times } from './words.ts';

const MOST_BAR = 10;
const LEAST_BAR = 3;

/** What the adaptive detector made of a sample: its views, then its forecasts. */
export function adaptiveLines(its: AdaptiveExplanation): {
  readonly views: string[];
  readonly forecasts: string[];
} {
  return {
    views: [...viewsTable(its), '', ...strengthLines(its)],
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
  const head = ['LOOKED AT', 'SAW', 'USUAL', 'OFF BY', 'MOSTLY UP TO', 'TIMES'];
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
  const span = spanMs === 0 ? 'value' : `mean of ${shortDuration(spanMs)}`;
  switch (name) {
    case 'level':
    case 'hour':
    case 'day':
      return `${span}, of all`;
    case 'shift':
    case 'drift':
      return `${span}, of ${shortDuration(againstMs)} before`;
    case 'sameTime':
      return `${span}, of same time`;
    default:
      return 'off the forecasts';
  }
}

function strengthLines(its: AdaptiveExplanation): string[] {
  const { together, afterHabit, habit, episodes, strength, yardstick, rarity } = its;
  const lines = wrapped(
    `Two in a thousand samples are off by more than MOSTLY UP TO. All views together: ${times(together)} times as far (root of squares; the bars are shares of it).`,
  );
  if (afterHabit < together) {
    const habitual = `It was ${times(habit)} at this time of day on two of the last 7 days, or more: routine, which leaves ${times(afterHabit)}.`;
    lines.push(...wrapped(habitual));
  }
  if (episodes > 0) {
    const like = `${plural(episodes, 'earlier episode was', 'earlier episodes were')} about as strong: it is news no more, which leaves ${times(strength)}.`;
    lines.push(...wrapped(like));
  }
  const rule = `1 comes ${onceIn(yardstick.days)} on this metric, and more becomes rarer with its third power: ${rarityText(yardstick.days)} × ${times(strength)}³ = ${rarityText(rarity)}.`;
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
