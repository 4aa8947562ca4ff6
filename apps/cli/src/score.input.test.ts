import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { csvOf } from './testing/command.ts';
import { createWorkspaces } from './testing/scores.ts';

const { scored, remove } = createWorkspaces();
afterAll(remove);

/** Under the limits of these tests a value of 95 is 5 beyond. */
const QUIET = '0,0,,-1000,90,';

describe('plumbline score reads', () => {
  test.each([
    ['ISO 8601', ['2026-01-01T00:00:00Z', '2026-01-01T01:05:00.000+01:00']],
    ['a date and a time, as UTC', ['2026-01-01 00:00:00', '2026-01-01 00:05:00']],
    ['epoch seconds', ['1767225600', '1767225900']],
    ['epoch seconds with a fraction', ['1767225600.25', '1767225600.75']],
    ['one after the other', ['2026-01-01 00:00:00', '1767225900']],
  ])('timestamps in %s, and writes them as they were', (_, [first, second]) => {
    const { exitCode, rows } = scored(`timestamp,value\n${first},1.50\n${second},2e1\n`);
    expect(rows()).toEqual([`${first},1.50,${QUIET}`, `${second},2e1,${QUIET}`]);
    expect(exitCode).toBe(0);
  });

  const TWO = ['2026-01-01 00:00:00,1', '2026-01-01 00:05:00,2'];
  const SCORED = TWO.map((row) => `${row},${QUIET}`);
  test.each([
    ['line ends of Windows', `timestamp,value\r\n${TWO.join('\r\n')}\r\n`],
    ['a byte-order mark', `\uFEFFtimestamp,value\n${TWO.join('\n')}\n`],
    ['no end of the last line', `timestamp,value\n${TWO.join('\n')}`],
    ['empty lines, which are no rows', `timestamp,value\n\n${TWO.join('\n\n')}\n\n`],
    ['quoted cells', `"timestamp","value"\n"2026-01-01 00:00:00","1"\n${TWO[1]}\n`],
    [
      'other columns, before and behind',
      `host,value,timestamp,note\n${TWO.map((row) => {
        const [timestamp, value] = row.split(',');
        return `"a, b",${value},${timestamp},"said ""no"""`;
      }).join('\n')}\n`,
    ],
  ])('a file with %s', (_, text) => {
    const { exitCode, rows } = scored(text);
    expect(rows()).toEqual(SCORED);
    expect(exitCode).toBe(0);
  });

  test('cells with blanks, commas and quotes so that they read back the same', () => {
    const text = 'timestamp,value\n 1767225600 ," 1 "\n1767225900,"1,5"\n1767226200,"a ""b"""\n';
    expect(scored(text).rows()).toEqual([
      ` 1767225600 , 1 ,${QUIET}`,
      '1767225900,"1,5",,0,,-1000,90,',
      '1767226200,"a ""b""",,0,,-1000,90,',
    ]);
  });
});

describe('plumbline score gives a row for a row', () => {
  const rowsOf = (...cells: string[]): string => `timestamp,value\n${cells.join('\n')}\n`;
  const UNSEEN = ',0,,,,'; // no score, no signal, no band

  test('with no score where it has no use for one', () => {
    const { exitCode, stdout, rows } = scored(
      rowsOf('20,1', '10,2', '20,3', 'soon,4', ',5', '30,', '40,n/a', '50,95', '45,1', '60,'),
    );
    const [first, ...others] = rows();
    expect(first).toBe(`20,1,${QUIET}`);
    expect(others.slice(0, 6)).toEqual([
      `10,2,${UNSEEN}`,
      `20,3,${UNSEEN}`,
      `soon,4,${UNSEEN}`,
      `,5,${UNSEEN}`,
      '30,,,0,,-1000,90,',
      '40,n/a,,0,,-1000,90,',
    ]);
    expect(others[6]).toMatch(/^50,95,5,/);
    // What is open stays open over a row that is not used.
    const open = others[6]!.split(',').at(-1);
    expect(others.slice(7)).toEqual([`45,1,${UNSEEN}${open}`, `60,,,0,,-1000,90,${open}`]);
    for (const message of [
      'line 3: earlier than line 2; no score: sort the file by timestamp to have one, and 1 more such',
      'line 4: the timestamp of line 2 again; the first row counts',
      'line 5: timestamp "soon" is not ISO 8601, YYYY-MM-DD HH:MM:SS or epoch seconds; no score, and 1',
      'line 8: value "n/a" is not a finite number of at most 2e+108; taken as missing',
    ]) {
      expect(stdout).toContain(`note  in.csv: ${message}`);
    }
    expect(exitCode).toBe(0);
  });

  test('to the detector, a row that is not used might as well not be there', () => {
    const clean = csvOf(300, (i) => (i % 50 === 7 ? '' : undefined));
    const lines = clean.trimEnd().split('\n');
    const littered = lines.flatMap((line, i) => {
      if (i === 0) return [line];
      if (i % 11 === 0) return [line, `${line.split(',')[0]},9999`, '2020-01-01,-9999'];
      return i % 13 === 0 ? ['never,9999', line] : [line];
    });
    const args = ['--detector', 'z-score'];
    const kept = scored(littered.join('\n'), args)
      .rows()
      .filter((row) => !/,-?9999,/.test(row));
    expect(kept).toEqual(scored(clean, args).rows());
    expect(kept.some((row) => /^[^,]+,[^,]+,\d/.test(row))).toBe(true);
  });

  test('and none more: a header alone gives a header', () => {
    const { exitCode, stdout, rows } = scored('timestamp,value\n');
    expect(rows()).toEqual([]);
    expect(stdout).toContain('note  in.csv: holds no rows');
    expect(exitCode).toBe(0);
  });
});

describe('plumbline score ends with 3 for a file', () => {
  test.each([
    ['that is empty', '', 'found nothing'],
    ['without the columns', 'time,value\n1,2\n', 'found "time", "value"'],
    ['that is something else', '\u0000\u0001PK\u0003\n', 'found "\\u0000\\u0001pk\\u0003"'],
  ])('%s, and writes nothing', (_, text, found) => {
    const { exitCode, stdout, stderr, cwd } = scored(text);
    expect(stdout).toContain(
      `failed  in.csv: line 1: expected the columns timestamp and value, ${found}`,
    );
    expect(stdout).toContain('nothing was written: let the first line be timestamp,value');
    expect(stderr).toBe('');
    expect(existsSync(join(cwd, 'out'))).toBe(false);
    expect(exitCode).toBe(3);
  });

  const backwards = csvOf(50)
    .trimEnd()
    .split('\n')
    .map((line, i, lines) => (i === 0 ? line : lines[lines.length - i]))
    .join('\n');
  test.each([
    [
      'in milliseconds',
      csvOf(9).replace(/^2026.*?Z/gm, '1767225600000'),
      'no row could be used: line 2: timestamp "1767225600000" (these look like milliseconds',
    ],
    [
      'without a number',
      csvOf(9, () => 'n/a'),
      'no row could be used: line 2: value "n/a" is not a finite number',
    ],
    [
      'that runs backwards',
      backwards,
      '49 of 50 timestamps are of no use: sort the file by timestamp, oldest first',
    ],
    [
      'that holds three series',
      csvOf(50).replace(/^2026.*\n/gm, '$&$&$&'),
      '100 of 150 timestamps are of no use: let a file hold one series',
    ],
  ])('%s, whose rows are there all the same', (_, text, message) => {
    const { exitCode, stdout, rows } = scored(text);
    expect(stdout).toContain(`failed  in.csv: ${message}`);
    expect(rows()).toHaveLength(text.trimEnd().split('\n').length - 1);
    expect(exitCode).toBe(3);
  });
});
