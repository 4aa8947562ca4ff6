import { describe, expect, test } from 'vitest';
import { figure, ofAll, type Table, toMarkdown, toText, withTable } from './table.ts';

const TABLE: Table = {
  id: 'pets',
  title: 'Pets, by weight',
  head: ['pet', 'kg', 'found'],
  rows: [
    ['guinea pig', '1.1', '3/4'],
    ['cat', '4.25', '–'],
  ],
};

describe('a table', () => {
  test('has its figures to the right on a terminal', () => {
    expect(toText(TABLE).split('\n')).toEqual([
      'Pets, by weight',
      '  pet           kg  found',
      '  guinea pig   1.1    3/4',
      '  cat         4.25      –',
    ]);
  });

  test('is the same table in a page', () => {
    expect(toMarkdown(TABLE).split('\n')).toEqual([
      '| pet | kg | found |',
      '|---|--:|--:|',
      '| guinea pig | 1.1 | 3/4 |',
      '| cat | 4.25 | – |',
    ]);
  });

  test('takes the place of what stood between its marks, and of nothing else', () => {
    const around = (inside: string): string =>
      `# Pets\n\n<!-- table: pets -->\n${inside}\n<!-- end of table -->\n\n<!-- table: cars -->\nA\n<!-- end of table -->\n`;
    const page = withTable(around('| old |\n| older |'), TABLE);
    expect(page).toBe(around(toMarkdown(TABLE)));
    expect(withTable(page, TABLE)).toBe(page);
  });

  test('without a place in the page is an error that says what to write', () => {
    expect(() => withTable('# Pets\n', TABLE)).toThrow('<!-- table: pets -->');
  });
});

describe('a cell', () => {
  test.each([
    [12.345, 1, '12.3'],
    [0, 2, '0.00'],
    [-0.001, 2, '0.00'],
    [-28.35, 1, '-28.4'],
    [null, 1, '–'],
    [undefined, 0, '–'],
  ])('of %s with %d decimals is %s', (value, decimals, text) => {
    expect(figure(value, decimals)).toBe(text);
  });

  test('of something found says of how many', () => {
    expect(ofAll(96, 116)).toBe('96/116');
    expect(ofAll(undefined, 30)).toBe('–');
  });
});
