import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostileText, metricValue } from '../testing/arbitraries.ts';
import { PERIOD_MS, timeOf } from '../testing/series.ts';
import { type AlertChart, type ChartSample, drawAlertChart } from './alert-chart.ts';

/** Ten values around 50, then one of 95; the band is from 20 to 80. */
const VALUES = [50, 52, 48, 50, 51, 49, 50, 52, 48, 50, 95];

const sampleOf = (value: number, index: number, changes: Partial<ChartSample> = {}) => ({
  timestamp: timeOf(index),
  value,
  expected: 50,
  lower: 20,
  upper: 80,
  ...changes,
});

function chartOf(values: readonly number[], changes: Partial<AlertChart> = {}): AlertChart {
  return {
    title: 'CPU',
    subtitle: 'CPUUtilization · web',
    value: '95',
    usual: ['usual 50 (20 to 80)', 'usual 50'],
    samples: values.map((value, i) => sampleOf(value, i)).filter(({ value }) => value !== -1),
    periodMs: PERIOD_MS,
    since: timeOf(values.length - 1),
    ...changes,
  };
}

/** The points of each path with this colour. */
function pathsOf(svg: string, colour: string): [x: number, y: number][][] {
  const paths = svg.matchAll(new RegExp(`<path d="M([^"Z]*)Z?"[^>]*"${colour}"`, 'g'));
  return Array.from(paths, ([, points = '']) =>
    points.split('L').map((point) => point.split(' ').map(Number) as [number, number]),
  );
}

const [INK, BAND, ALERT] = ['#1f2933', '#cfe3fb', '#c81e1e'];

const textsOf = (svg: string): string[] =>
  Array.from(svg.matchAll(/<t(?:ext|span)[^>]*>([^<]+)</g), ([, text = '']) => text);

describe('a chart', () => {
  test('draws each value in its place: the first at the left, the last at the right, higher above', () => {
    const svg = drawAlertChart(chartOf(VALUES));

    const [line, ...others] = pathsOf(svg, INK);
    expect(others).toEqual([]);
    expect(line).toHaveLength(VALUES.length);
    expect(line![0]![0]).toBe(104);
    expect(line!.at(-1)![0]).toBe(762);
    // From 20 to 95 and 8 % around, over 260 pixels from 398 upwards.
    const [least, most] = [20 - 6, 95 + 6];
    const place = (value: number) => 398 - ((value - least) / (most - least)) * 260;
    const heights = line!.map(([, y]) => Math.round(y));
    expect(heights).toEqual(VALUES.map((value) => Math.round(place(value))));
  });

  test('has the band, and says in red what is outside of it and since when', () => {
    const svg = drawAlertChart(chartOf([...VALUES, 96], { since: timeOf(10) }));

    expect(pathsOf(svg, BAND)[0]).toHaveLength(2 * (VALUES.length + 1));
    const [line] = pathsOf(svg, INK);
    expect(pathsOf(svg, ALERT)).toEqual([line!.slice(-2)]);
    const [x] = line!.at(-2)!;
    expect(svg).toContain(`<line x1="${x}" x2="${x}" y1="138" y2="398" stroke="${ALERT}"`);
    expect(textsOf(svg)).toContain('00:50');
  });

  test('says what it is about, how far it is off and of which day it is', () => {
    expect(textsOf(drawAlertChart(chartOf(VALUES))).slice(0, 5)).toEqual([
      'CPU',
      'CPUUtilization · web',
      '95',
      'usual 50 (20 to 80)',
      '14 Feb, UTC',
    ]);
  });

  test('says less of what is usual where there is no room for more', () => {
    const usual = [`usual 50 (${'0'.repeat(40)} to 1)`, 'usual 50'];
    expect(textsOf(drawAlertChart(chartOf(VALUES, { usual })))).toContain('usual 50');
    const none = drawAlertChart(chartOf(VALUES, { usual: ['x'.repeat(100)] }));
    expect(textsOf(none)).not.toContain('x'.repeat(100));
  });

  test('has a gap where samples are missing, and a dot for one between two gaps', () => {
    const svg = drawAlertChart(chartOf([50, 50, 50, -1, 51, -1, -1, 50, 50, 95]));
    expect(pathsOf(svg, INK).map((run) => run.length)).toEqual([3, 3]);
    expect(svg.match(/<circle/g)).toHaveLength(2 + 1); // of the sample alone, and of 95 both
  });

  test('of a limit has an open band up to the edge', () => {
    const samples = VALUES.map((value, i) =>
      sampleOf(value, i, { expected: Number.NaN, lower: Number.NEGATIVE_INFINITY }),
    );
    const [band] = pathsOf(drawAlertChart(chartOf(VALUES, { samples })), BAND);
    expect(Math.max(...band!.map(([, y]) => y))).toBeGreaterThan(398);
  });

  test('is not flattened by a band that is far wider than what happened', () => {
    const samples = VALUES.map((value, i) => sampleOf(value, i, { lower: -1e9, upper: 1e9 }));
    const [line] = pathsOf(drawAlertChart(chartOf(VALUES, { samples })), INK);
    const heights = line!.map(([, y]) => y);
    expect(Math.max(...heights) - Math.min(...heights)).toBeGreaterThan(60);
  });

  test('without an opinion of the detector has no band', () => {
    const unknown = { expected: Number.NaN, lower: Number.NaN, upper: Number.NaN };
    const samples = VALUES.map((value, i) => sampleOf(value, i, unknown));
    expect(pathsOf(drawAlertChart(chartOf(VALUES, { samples })), BAND)).toEqual([]);
  });

  test('of one value has it in the middle', () => {
    const samples = [0, 0, 0].map((value, i) => sampleOf(value, i, { lower: 0, upper: 0 }));
    const [line] = pathsOf(drawAlertChart(chartOf([], { samples, since: timeOf(2) })), INK);
    expect(line!.map(([, y]) => y)).toEqual([268, 268, 268]);
  });
});

describe('whatever is drawn', () => {
  const chart = fc.record({
    title: hostileText(),
    subtitle: hostileText(),
    value: hostileText(),
    usual: fc.array(hostileText(), { maxLength: 2 }),
    periodMs: fc.constantFrom(PERIOD_MS, 60_000, 86_400_000),
    since: fc.integer({ min: -10, max: 30 }).map((index) => timeOf(index)),
    samples: fc
      .array(
        fc.record({
          value: fc.oneof(metricValue(), fc.constant(Number.NaN)),
          expected: fc.oneof(metricValue(), fc.constant(Number.NaN)),
          lower: fc.oneof(metricValue(), fc.constantFrom(Number.NaN, Number.NEGATIVE_INFINITY)),
          upper: fc.oneof(metricValue(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY)),
        }),
        { maxLength: 30 },
      )
      .map((all) => all.map((each, i) => ({ ...each, timestamp: timeOf(i) }))),
  });

  test('is well-formed, has no other elements than ours, and every place is a number', () => {
    fc.assert(
      fc.property(chart, (drawn) => {
        const svg = drawAlertChart(drawn);
        expect(svg).not.toMatch(/NaN|Infinity|undefined/);
        const names = new Set(Array.from(svg.matchAll(/<\/?([a-zA-Z]+)/g), ([, name]) => name));
        const ours = ['svg', 'clipPath', 'rect', 'text', 'tspan', 'line', 'g', 'path', 'circle'];
        expect([...names].filter((name) => !ours.includes(name!))).toEqual([]);
        expect(svg.match(/<[^>]*</g)).toBeNull();
        expect(svg).not.toMatch(/&(?!(amp|lt|gt|quot|apos);)/);
        // What XML 1.0 does not take, escaped or not.
        expect(svg.replaceAll('\n', '')).not.toMatch(/[\p{C}\ufffe\uffff]/u);
      }),
      { numRuns: 300 },
    );
  });

  test('has texts that fit: no line is longer than the picture is wide', () => {
    const long = 'metric/'.repeat(300);
    const svg = drawAlertChart(chartOf(VALUES, { title: long, subtitle: long, value: long }));
    const lines = textsOf(svg).filter((text) => text.includes('metric'));
    expect(lines).toHaveLength(3);
    for (const line of lines) {
      expect(line.length).toBeLessThan(75);
      expect(line).toMatch(/^metric.*….*$/);
    }
  });

  test('escapes a name that would be markup', () => {
    const title = '</text><script>alert("1")</script>&amp;';
    const svg = drawAlertChart(chartOf(VALUES, { title }));
    expect(svg).not.toContain('<script');
    expect(svg).toContain(
      '&lt;/text&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;amp;',
    );
  });
});
