import { fitted, svgText, textWidth } from './svg-text.ts';
import { clockLabel, daysLabel, timeLabel, timeTicks, valueLabel, valueTicks } from './ticks.ts';

/** A sample and what was expected of it: NaN where nothing was; a band may be open, to infinity. */
export interface ChartSample {
  /** ms since the epoch. */
  readonly timestamp: number;
  readonly value: number;
  readonly expected: number;
  readonly lower: number;
  readonly upper: number;
}

export interface AlertChart {
  /** What alarmed, and where: two lines. */
  readonly title: string;
  readonly subtitle: string;
  /** What is wrong, in a few words: the value, which stands out. */
  readonly value: string;
  /** And what is usual: of these the first that there is room for. */
  readonly usual: readonly string[];
  /** In the order of time. */
  readonly samples: readonly ChartSample[];
  /** Where more time than one and a half times this, ms, has no sample, there is a gap. */
  readonly periodMs: number;
  /** When the alert opened, ms. */
  readonly since: number;
}

/** Half of it is a phone's width, so nothing is smaller than twice what one can read there. */
export const CHART_WIDTH = 800;
export const CHART_HEIGHT = 450;

const FONT = { family: 'Inter, sans-serif', title: 30, text: 23 } as const;
const PLOT = { left: 104, right: 762, top: 138, bottom: 398 } as const;
const MARGIN = 24;
/** Of the height, what stays free above and below. */
const HEADROOM = 0.08;
/** The band is drawn up to so many heights of the values beyond them: more would flatten what happened. */
const BAND_BEYOND = 1;
const VALUE_TICKS = 4;
/** Labels of the time, as far apart as to be read. */
const TIME_TICKS = 7;

const COLOUR = {
  paper: '#ffffff',
  ink: '#1f2933',
  quiet: '#52606d',
  grid: '#e4e7eb',
  band: '#cfe3fb',
  expected: '#5b94d6',
  alert: '#c81e1e',
  alertArea: '#fdeaea',
} as const;

/**
 * The last day of a series as SVG: its values, the band that would not have been flagged, what was outside of it, and
 * since when the alert is open. Times are UTC.
 *
 * @returns SVG of CHART_WIDTH by CHART_HEIGHT; no scripts, no links, no fonts in it
 */
export function drawAlertChart(chart: AlertChart): string {
  const { samples, periodMs, since } = chart;
  const from = samples[0]?.timestamp ?? since - periodMs;
  const until = Math.max(samples.at(-1)?.timestamp ?? since, from + periodMs);
  const [least, most] = valueRange(samples);
  const x = (timestamp: number): number =>
    place((timestamp - from) / (until - from), PLOT.left, PLOT.right);
  // Halves, for the span of the largest values there are is no number.
  const y = (value: number): number =>
    place((value / 2 - least / 2) / (most / 2 - least / 2), PLOT.bottom, PLOT.top);
  const frame: Frame = { x, y, from, until, least, most };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${CHART_WIDTH}" height="${CHART_HEIGHT}" viewBox="0 0 ${CHART_WIDTH} ${CHART_HEIGHT}" font-family="${FONT.family}" font-size="${FONT.text}" fill="${COLOUR.ink}">`,
    `<clipPath id="plot"><rect x="${PLOT.left}" y="${PLOT.top}" width="${PLOT.right - PLOT.left}" height="${PLOT.bottom - PLOT.top}"/></clipPath>`,
    `<rect width="${CHART_WIDTH}" height="${CHART_HEIGHT}" fill="${COLOUR.paper}"/>`,
    ...headLines(chart, frame),
    ...alertArea(chart, frame),
    ...axes(chart, frame),
    `<g clip-path="url(#plot)">`,
    ...bandShapes(chart, frame),
    ...valueLines(chart, frame),
    '</g>',
    ...alertMark(chart, frame),
    ...newestDot(chart, frame),
    '</svg>',
  ].join('\n');
}

interface Frame {
  readonly x: (timestamp: number) => number;
  readonly y: (value: number) => number;
  readonly from: number;
  readonly until: number;
  readonly least: number;
  readonly most: number;
}

/** From the lowest to the highest that is drawn, with room around it; never empty. */
function valueRange(samples: readonly ChartSample[]): readonly [least: number, most: number] {
  const values = samples.map(({ value }) => value).filter(Number.isFinite);
  if (values.length === 0) return [0, 1];
  let least = smallest(values);
  let most = largest(values);
  const span = most - least || Math.abs(most) || 1;
  const lowers = samples.map(({ lower }) => lower).filter(Number.isFinite);
  const uppers = samples.map(({ upper }) => upper).filter(Number.isFinite);
  least = Math.min(least, Math.max(smallest(lowers), least - BAND_BEYOND * span));
  most = Math.max(most, Math.min(largest(uppers), most + BAND_BEYOND * span));
  if (least === most) {
    const around = Math.abs(least) / 10 || 1;
    return [least - around, most + around];
  }
  const room = (most / 2 - least / 2) * 2 * HEADROOM;
  // What has never been below zero is not drawn as if it could be.
  return [least >= 0 && least < room ? 0 : least - room, most + room];
}

function smallest(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
}

/** A share of a way, in pixels to a tenth; what is far outside ends a little outside. */
function place(share: number, start: number, end: number): number {
  const kept = Math.min(2, Math.max(-1, Number.isNaN(share) ? 0 : share));
  return Math.round((start + kept * (end - start)) * 10) / 10;
}

function headLines(chart: AlertChart, { from, until }: Frame): string[] {
  const room = CHART_WIDTH - 2 * MARGIN;
  const when = `${daysLabel(from, until)}, UTC`;
  const value = fitted(chart.value, FONT.text, room / 3);
  const left = room - textWidth(value, FONT.text) - textWidth(when, FONT.text) - 2 * FONT.text;
  const usual = chart.usual.find((text) => textWidth(text, FONT.text) <= left) ?? '';
  return [
    `<text x="${MARGIN}" y="42" font-size="${FONT.title}" font-weight="600">${svgText(fitted(chart.title, FONT.title, room))}</text>`,
    `<text x="${MARGIN}" y="76" fill="${COLOUR.quiet}">${svgText(fitted(chart.subtitle, FONT.text, room))}</text>`,
    `<text x="${MARGIN}" y="112"><tspan fill="${COLOUR.alert}" font-weight="600">${svgText(value)}</tspan><tspan dx="10" fill="${COLOUR.quiet}">${svgText(usual)}</tspan></text>`,
    `<text x="${CHART_WIDTH - MARGIN}" y="112" text-anchor="end" fill="${COLOUR.quiet}">${when}</text>`,
  ];
}

function alertArea({ since }: AlertChart, { x, until }: Frame): string[] {
  const left = Math.max(PLOT.left, x(since));
  const width = Math.max(0, x(until) - left);
  return [
    `<rect x="${left}" y="${PLOT.top}" width="${round(width)}" height="${PLOT.bottom - PLOT.top}" fill="${COLOUR.alertArea}"/>`,
  ];
}

/** Where the alert opened: a line over all of the height, with its time at the foot. */
function alertMark({ since }: AlertChart, { x, from }: Frame): string[] {
  if (since < from) return [];
  const at = x(since);
  return [
    `<line x1="${at}" x2="${at}" y1="${PLOT.top}" y2="${PLOT.bottom}" stroke="${COLOUR.alert}" stroke-width="2" stroke-dasharray="6 5"/>`,
    timeText(at, clockLabel(since), `fill="${COLOUR.alert}" font-weight="600"`),
  ];
}

function axes({ since }: AlertChart, { x, y, from, until, least, most }: Frame): string[] {
  const values = valueTicks(least, most, VALUE_TICKS);
  const step = values.length > 1 ? values[1]! - values[0]! : Math.abs(most - least);
  const lines = values.flatMap((value) => [
    `<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${y(value)}" y2="${y(value)}" stroke="${COLOUR.grid}" stroke-width="1.5"/>`,
    `<text x="${PLOT.left - 12}" y="${y(value) + 8}" text-anchor="end" fill="${COLOUR.quiet}">${svgText(fitted(valueLabel(value, step), FONT.text, PLOT.left - 12))}</text>`,
  ]);
  // The time at which the alert opened is there already, in red.
  const clear = since < from ? 0 : textWidth('00:00 00:00', FONT.text);
  const times = timeTicks(from, until, TIME_TICKS).filter(
    (time) => Math.abs(x(time) - x(since)) >= clear,
  );
  const labels = times.map((time) => timeText(x(time), timeLabel(time), `fill="${COLOUR.quiet}"`));
  return [...lines, ...labels];
}

/** A label of the time, which does not leave the picture. */
function timeText(at: number, label: string, style: string): string {
  const half = textWidth(label, FONT.text) / 2;
  const middle = Math.min(CHART_WIDTH - half - 4, Math.max(half + 4, at));
  return `<text x="${round(middle)}" y="${PLOT.bottom + 32}" text-anchor="middle" ${style}>${label}</text>`;
}

/** Where the detector had an opinion; where the band is open, up to the edge. */
function bandShapes({ samples, periodMs }: AlertChart, { x, y }: Frame): string[] {
  const known = samples.filter(({ lower, upper }) => !Number.isNaN(lower) && !Number.isNaN(upper));
  const bands = runsOf(known, periodMs).map((run) => {
    const above = run.map(({ timestamp, upper }) => `${x(timestamp)} ${y(upper)}`);
    const below = run.map(({ timestamp, lower }) => `${x(timestamp)} ${y(lower)}`).reverse();
    return `<path d="M${[...above, ...below].join('L')}Z" fill="${COLOUR.band}" fill-opacity="0.75"/>`;
  });
  const expected = known.filter((sample) => Number.isFinite(sample.expected));
  const lines = runsOf(expected, periodMs).map((run) => {
    const points = run.map((sample) => `${x(sample.timestamp)} ${y(sample.expected)}`);
    return `<path d="M${points.join('L')}" fill="none" stroke="${COLOUR.expected}" stroke-width="2" stroke-dasharray="3 5"/>`;
  });
  return [...bands, ...lines];
}

/** The values, and over them those outside of the band; a sample between two gaps is a dot. */
function valueLines({ samples, periodMs }: AlertChart, { x, y }: Frame): string[] {
  const known = samples.filter(({ value }) => Number.isFinite(value));
  const points = (run: readonly ChartSample[]): string =>
    run.map(({ timestamp, value }) => `${x(timestamp)} ${y(value)}`).join('L');
  const drawn = (run: readonly ChartSample[], colour: string, width: number): string =>
    run.length === 1
      ? `<circle cx="${x(run[0]!.timestamp)}" cy="${y(run[0]!.value)}" r="${width}" fill="${colour}"/>`
      : `<path d="M${points(run)}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linejoin="round" stroke-linecap="round"/>`;
  const isOutside = ({ value, lower, upper }: ChartSample): boolean =>
    value > upper || value < lower;
  const outside = runsWhere(known, periodMs, isOutside);
  return [
    ...runsOf(known, periodMs).map((run) => drawn(run, COLOUR.ink, 2.5)),
    ...outside.map((run) => drawn(run, COLOUR.alert, 4)),
  ];
}

/** The sample that there is to tell of. */
function newestDot({ samples, since }: AlertChart, { x, y }: Frame): string[] {
  const newest = samples.filter(({ value }) => Number.isFinite(value)).at(-1);
  if (newest === undefined || newest.timestamp < since) return [];
  return [
    `<circle cx="${x(newest.timestamp)}" cy="${y(newest.value)}" r="8" fill="${COLOUR.alert}" stroke="${COLOUR.paper}" stroke-width="2.5"/>`,
  ];
}

/** Stretches of samples without a gap. */
function runsOf(samples: readonly ChartSample[], periodMs: number): readonly ChartSample[][] {
  return runsWhere(samples, periodMs, () => true);
}

/** Stretches of samples without a gap, all of which are so. */
function runsWhere(
  samples: readonly ChartSample[],
  periodMs: number,
  is: (sample: ChartSample) => boolean,
): readonly ChartSample[][] {
  const runs: ChartSample[][] = [];
  let before: ChartSample | undefined;
  for (const sample of samples) {
    if (!is(sample)) {
      before = undefined;
      continue;
    }
    const follows = before !== undefined && sample.timestamp - before.timestamp <= 1.5 * periodMs;
    if (follows) runs.at(-1)!.push(sample);
    else runs.push([sample]);
    before = sample;
  }
  return runs;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
