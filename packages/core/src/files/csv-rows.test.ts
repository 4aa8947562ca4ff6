import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyText } from '../testing/arbitraries.ts';
import { CsvError, csvRows, timestampProblem, valueProblem } from './csv-rows.ts';

const rowsOf = (text: string) => [...csvRows(text)];

describe('the rows of a file', () => {
  test('are as many as are written, in their order, used or not', () => {
    const text = 'timestamp,value\n20,1\n10,2\n10,3\n\nnever,4\n30,\n40,x\n50';
    expect(rowsOf(text).map(({ line, timestamp, value }) => [line, timestamp, value])).toEqual([
      [2, 20_000, 1],
      [3, 10_000, 2],
      [4, 10_000, 3],
      [6, Number.NaN, 4],
      [7, 30_000, Number.NaN],
      [8, 40_000, Number.NaN],
      [9, 50_000, Number.NaN],
    ]);
  });

  test('keep their cells as they are written', () => {
    const text =
      '\uFEFFhost,value,timestamp\r\na, 1.50 ,"2014-02-14 00:00:00"\r\nb,"1,5",1e3 ""\r\n';
    expect(rowsOf(text).map(({ timestampText, valueText }) => [timestampText, valueText])).toEqual([
      ['2014-02-14 00:00:00', ' 1.50 '],
      ['1e3 ', '1,5'],
    ]);
  });

  test('are refused before the first is asked for when the columns are missing', () => {
    expect(() => csvRows('time,value\n1,2\n')).toThrow(CsvError);
  });

  test('say what is wrong with them, and nothing of a value that is missing', () => {
    const rows = rowsOf('timestamp,value\n10,1\n,2\n1392336000000,\n20,n/a\n');
    expect(rows.map(timestampProblem)).toEqual([
      undefined,
      'no timestamp',
      expect.stringContaining('these look like milliseconds'),
      undefined,
    ]);
    expect(rows.map(valueProblem)).toEqual([
      undefined,
      undefined,
      undefined,
      'value "n/a" is not a finite number of at most 2e+108',
    ]);
  });

  test('are one for each line that is not blank, whatever stands in it', () => {
    fc.assert(
      fc.property(anyText(), (any) => {
        const lines = any.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '');
        expect(rowsOf(`timestamp,value\n${any}`)).toHaveLength(lines.length);
      }),
    );
  });
});
