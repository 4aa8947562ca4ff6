import { describe, expect, test } from 'vitest';
import { createChart } from './pictures/chart.ts';
import { PICTURES } from './pictures/index.ts';
import { picture, text } from './pictures/svg.ts';
import { FILES, PAGES, pageOf, textOf } from './repository.ts';

const FOLDER = 'docs/pictures/';
const MOST_BYTES = 100_000;

const names = Object.keys(PICTURES);

describe('the pictures of the documentation', () => {
  test.each(names)(
    '%s is what its script draws; pnpm docs:pictures draws it anew',
    async (name) => {
      expect(textOf(`${FOLDER}${name}.svg`)).toBe(await PICTURES[name]!());
    },
  );

  test('are these, and no others', () => {
    const drawn = [...FILES].filter((path) => path.startsWith(FOLDER) && path.endsWith('.svg'));
    expect(drawn.sort()).toEqual(names.map((name) => `${FOLDER}${name}.svg`).sort());
  });

  test.each(names)('%s is small, and fetches nothing', (name) => {
    const svg = textOf(`${FOLDER}${name}.svg`);
    expect(Buffer.byteLength(svg)).toBeLessThan(MOST_BYTES);
    expect(svg.match(/(?:href|src|url|@import|<script)[^>]*/g)).toBeNull();
    expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toContain('://');
  });

  test.each(names)('%s says in words what it shows', (name) => {
    const svg = textOf(`${FOLDER}${name}.svg`);
    expect(/<title>(.*)<\/title>/.exec(svg)?.[1]?.length).toBeGreaterThan(10);
    expect(/<desc>(.*)<\/desc>/.exec(svg)?.[1]?.length).toBeGreaterThan(80);
  });

  test.each(names)('%s is on a page', (name) => {
    const shown = PAGES.flatMap((path) => pageOf(path).images.map((image) => image.text));
    expect(shown.some((address) => address.endsWith(`pictures/${name}.svg`))).toBe(true);
  });
});

describe('a picture', () => {
  test('keeps what is written in it from being read as markup', () => {
    const svg = picture({ width: 1, height: 1 }, { title: '<b> & "c"', description: '' }, [
      text(0, 0, '1 < 2 & "3"'),
    ]);
    expect(svg).toContain('<title>&lt;b> &amp; &quot;c&quot;</title>');
    expect(svg).toContain('1 &lt; 2 &amp; &quot;3&quot;');
  });

  test('has a palette for the light and one for the dark', () => {
    const svg = picture({ width: 1, height: 1 }, { title: '', description: '' }, []);
    const [light = '', dark = ''] = svg.split('@media(prefers-color-scheme:dark)');
    const inkOf = (rules: string) => /\.fill-ink\{fill:(#\w+)\}/.exec(rules)?.[1];
    expect(inkOf(light)).toBeDefined();
    expect(inkOf(dark)).toBeDefined();
    expect(inkOf(dark)).not.toBe(inkOf(light));
  });
});

describe('a chart', () => {
  const place = { left: 0, top: 0, width: 100, height: 100, from: 0, until: 1000, timeStep: 500 };
  const chart = createChart({ ...place, low: 0, high: 10, ticks: [], timeText: String });

  test('has the lowest value at the bottom, the earliest sample at the left', () => {
    const path = chart.value({ timestamps: [0, 1000], values: [0, 10] });
    expect(path).toContain('d="M0 100L100 0"');
  });

  test('shows the highest and the lowest of samples that share a column', () => {
    const path = chart.value({ timestamps: [500, 501, 502], values: [2, 8, 5] });
    expect(path).toContain('d="M50 80L50 20"');
  });

  test('leaves the band out where there was no opinion', () => {
    const timestamps = [0, 100, 200, 300, 400];
    const lower = [1, 1, Number.NaN, 1, 1];
    const upper = [2, 2, Number.NaN, 2, 2];
    const band = chart.band({ timestamps, values: timestamps, lower, upper });
    expect(band.match(/M/g)).toHaveLength(2);
    expect(band).toContain('d="M0 80L10 80L10 90L0 90ZM30 80L40 80L40 90L30 90Z"');
  });
});
