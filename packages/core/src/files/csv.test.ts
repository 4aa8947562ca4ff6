import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyText, hostileText } from '../testing/arbitraries.ts';
import { parseCsv } from './csv.ts';
import type { CsvProblem } from './csv-problems.ts';
import { CsvError } from './csv-rows.ts';

/** A file of these rows beneath the usual header. */
function csv(...rows: string[]): string {
  return ['timestamp,value', ...rows].join('\n');
}

/** Minutes past midnight, 14 February 2014, and the values there. */
function read(text: string): { minutes: number[]; values: number[]; problems: CsvProblem[] } {
  const { samples, problems } = parseCsv(text);
  const midnight = Date.UTC(2014, 1, 14);
  return {
    minutes: Array.from(samples.timestamps, (timestamp) => (timestamp - midnight) / 60_000),
    values: [...samples.values],
    problems: [...problems],
  };
}

const FIVE_MINUTES = ['2014-02-14 00:00:00,1', '2014-02-14 00:05:00,2', '2014-02-14 00:10:00,3'];
const READ = { minutes: [0, 5, 10], values: [1, 2, 3], problems: [] };

describe('the layout of a file', () => {
  test('rows of timestamp and value are read', () => {
    expect(read(csv(...FIVE_MINUTES))).toEqual(READ);
  });

  test.each([
    ['line ends of Windows', csv(...FIVE_MINUTES).replaceAll('\n', '\r\n')],
    ['line ends of old Macs', csv(...FIVE_MINUTES).replaceAll('\n', '\r')],
    ['a byte-order mark', `\uFEFF${csv(...FIVE_MINUTES)}`],
    ['a line end at the end', `${csv(...FIVE_MINUTES)}\n`],
    ['empty lines', csv('', ...FIVE_MINUTES, '', '   ')],
    [
      'a header in capitals and with blanks',
      csv(...FIVE_MINUTES).replace('timestamp,value', ' Timestamp , VALUE '),
    ],
    ['blanks around the cells', csv(...FIVE_MINUTES.map((row) => ` ${row.replace(',', ' , ')} `))],
    ['quoted cells', csv(...FIVE_MINUTES).replaceAll(/[^,\n]+/g, '"$&"')],
    [
      'columns the other way round, among others',
      `host,value,note,timestamp\n${FIVE_MINUTES.map((row) => {
        const [timestamp, value] = row.split(',');
        return `web-1,${value},"a, ""quoted"" note",${timestamp}`;
      }).join('\n')}`,
    ],
    ['more cells than columns', csv(...FIVE_MINUTES.map((row) => `${row},x,y`))],
  ])('with %s they are read the same', (_, text) => {
    expect(read(text)).toEqual(READ);
  });

  test('of two columns of one name the first counts', () => {
    expect(read('timestamp,value,value\n2014-02-14,1,2').values).toEqual([1]);
  });

  test('a header and no rows is a series without samples', () => {
    expect(read('timestamp,value')).toEqual({ minutes: [], values: [], problems: [] });
    expect(read('timestamp,value\r\n\r\n')).toEqual({ minutes: [], values: [], problems: [] });
  });

  test.each([
    ['', 'line 1: expected the columns timestamp and value, found nothing'],
    ['\uFEFF', 'line 1: expected the columns timestamp and value, found nothing'],
    ['\n2014-02-14,1', 'line 1: expected the columns timestamp and value, found nothing'],
    ['time,cpu\n1,2', 'line 1: expected the columns timestamp and value, found "time", "cpu"'],
    [
      'timestamp;value',
      'line 1: expected the columns timestamp and value, found "timestamp;value"',
    ],
    ['timestamp', 'line 1: expected the columns timestamp and value, found "timestamp"'],
    ['2014-02-14,1', 'line 1: expected the columns timestamp and value, found "2014-02-14", "1"'],
    [
      `${'x'.repeat(50)},\u0007`,
      `line 1: expected the columns timestamp and value, found "${'x'.repeat(39)}…", "\\u0007"`,
    ],
  ])('the file %j is refused, and it says: %s', (text, message) => {
    expect(() => parseCsv(text)).toThrow(new CsvError(message));
  });

  test('a quoted header is described as it is', () => {
    const message = 'line 1: expected the columns timestamp and value, found "time", "cpu"';
    expect(() => parseCsv('"time","cpu"\n')).toThrow(new CsvError(message));
  });
});

describe('a quote within a quoted cell, which is written twice', () => {
  test('does not vanish from a value', () => {
    const { values, problems } = read(csv('2014-02-14,"1""2"'));
    expect(values).toEqual([]);
    expect(problems).toMatchObject([{ kind: 'bad-value', line: 2 }]);
  });

  test('is one quote in the name of a column', () => {
    const found = String.raw`"a \"quoted\" name", "x"`;
    expect(() => parseCsv('"a ""quoted"" name",x')).toThrow(
      new CsvError(`line 1: expected the columns timestamp and value, found ${found}`),
    );
  });
});

describe('the samples of a file', () => {
  test('one row is a series of one sample', () => {
    expect(read(csv('2014-02-14 00:05,7'))).toEqual({ minutes: [5], values: [7], problems: [] });
  });

  test('a constant series has no problems', () => {
    const rows = FIVE_MINUTES.map((row) => row.replace(/,.*/, ',5'));
    expect(read(csv(...rows))).toEqual({ ...READ, values: [5, 5, 5] });
  });

  test('an empty value is a missing sample, and not a problem of its own', () => {
    const rows = [
      '2014-02-14 00:00,1',
      '2014-02-14 00:05,',
      '2014-02-14 00:10',
      '2014-02-14 00:15,4',
    ];
    expect(read(csv(...rows))).toEqual({ minutes: [0, 15], values: [1, 4], problems: [] });
  });

  test.each([
    ['1', 1],
    ['-1.5', -1.5],
    ['+2', 2],
    ['.5', 0.5],
    ['5.', 5],
    ['1e3', 1000],
    ['1.25E-3', 0.00125],
    ['007', 7],
    ['1e-400', 0],
  ])('the value %s is %d', (text, value) => {
    expect(read(csv(`2014-02-14,${text}`))).toEqual({
      minutes: [0],
      values: [value],
      problems: [],
    });
  });

  test.each([
    ['NaN'],
    ['Infinity'],
    ['-inf'],
    ['0x1F'],
    ['0b1'],
    ['1_000'],
    ['1e400'],
    ['12 %'],
    ['--1'],
    ['1.2.3'],
    ['null'],
    ['e5'],
    ['.'],
  ])('the value %s is no finite number: left out, and said', (text) => {
    expect(read(csv('2014-02-14 00:00,1', `2014-02-14 00:05,${text}`))).toEqual({
      minutes: [0],
      values: [1],
      problems: [
        {
          kind: 'bad-value',
          rows: 1,
          line: 3,
          message: `value "${text}" is not a finite number of at most 2e+108; taken as missing`,
        },
      ],
    });
  });

  test('a value beyond the largest that can be stored is said too', () => {
    const { values, problems } = read(csv('2014-02-14 00:00,1', '2014-02-14 00:05,1e300'));
    expect(values).toEqual([1]);
    expect(problems).toMatchObject([{ kind: 'bad-value', rows: 1, line: 3 }]);
  });

  test('of equal timestamps the first row counts, however they are written', () => {
    const rows = [
      '2014-02-14 00:00,1',
      '2014-02-14T00:00:00Z,2',
      '1392336000,3',
      '2014-02-14 00:05,4',
    ];
    expect(read(csv(...rows))).toEqual({
      minutes: [0, 5],
      values: [1, 4],
      problems: [
        {
          kind: 'duplicate',
          rows: 2,
          line: 3,
          message: 'the timestamp of line 2 again; the first row counts',
        },
      ],
    });
  });

  test('rows out of order are sorted', () => {
    const [first, second, third] = FIVE_MINUTES;
    expect(read(csv(third!, first!, second!))).toEqual({
      ...READ,
      problems: [
        {
          kind: 'out-of-order',
          rows: 2,
          line: 3,
          message: 'earlier than the row before; sorted',
        },
      ],
    });
  });

  test('a gap is said where it ends, with how many samples it misses', () => {
    const minutes = [0, 5, 10, 30, 35, 45, 50];
    const rows = minutes.map((minute) => `2014-02-14 00:${String(minute).padStart(2, '0')},1`);
    const { problems } = read(csv(...rows));
    expect(problems).toEqual([
      { kind: 'gap', rows: 2, line: 5, message: expect.stringMatching(/^3 .*before it$/) },
    ]);
  });

  test('an even series has no gaps, jitter of under half a period is none, and neither are two rows', () => {
    expect(read(csv(...FIVE_MINUTES)).problems).toEqual([]);
    const jittered = ['00:00:00', '00:05:20', '00:09:50', '00:15:00', '00:21:59'];
    expect(read(csv(...jittered.map((time) => `2014-02-14 ${time},1`))).problems).toEqual([]);
    expect(read(csv('2014-02-14,1', '2014-05-14,2')).problems).toEqual([]);
  });

  test('problems of each kind are counted, and the first of each is told with its line', () => {
    const { values, problems } = read(
      csv(
        'yesterday,1',
        '2014-02-14 00:05,x',
        '',
        'today,2',
        ',3',
        '2014-02-14 00:10,y',
        '2014-02-14 00:15,4',
      ),
    );
    expect(values).toEqual([4]);
    expect(problems).toEqual([
      {
        kind: 'bad-timestamp',
        rows: 3,
        line: 2,
        message:
          'timestamp "yesterday" is not ISO 8601, YYYY-MM-DD HH:MM:SS or epoch seconds; the row is left out',
      },
      {
        kind: 'bad-value',
        rows: 2,
        line: 3,
        message: 'value "x" is not a finite number of at most 2e+108; taken as missing',
      },
    ]);
  });

  test.each([
    ['', 'no timestamp; the row is left out'],
    [
      '1392336000000',
      'timestamp "1392336000000" (these look like milliseconds; seconds are read) is not ISO 8601, YYYY-MM-DD HH:MM:SS or epoch seconds; the row is left out',
    ],
    [
      '<script>\u0000',
      'timestamp "<script>\\u0000" is not ISO 8601, YYYY-MM-DD HH:MM:SS or epoch seconds; the row is left out',
    ],
  ])('of the timestamp %j it says: %s', (text, message) => {
    const { problems } = read(csv(`${text},1`));
    expect(problems).toEqual([{ kind: 'bad-timestamp', rows: 1, line: 2, message }]);
  });
});

describe('any text whatever', () => {
  const cell = fc.oneof(
    hostileText(),
    fc.constantFrom('2014-02-14', '2014-02-14 00:05', '1392336000', '1', '-2.5', 'NaN', '""', '"'),
    fc.nat({ max: 2e9 }).map(String),
    fc.double().map(String),
  );
  const rows = fc.array(
    fc.array(cell, { maxLength: 4 }).map((cells) => cells.join(',')),
    {
      maxLength: 20,
    },
  );
  const text = fc
    .tuple(
      fc.constantFrom('timestamp,value\n', 'value,x,timestamp\r\n', '"timestamp","value"\n', ''),
      rows,
      fc.constantFrom('\n', '\r\n', '\r'),
    )
    .map(([header, lines, end]) => header + lines.join(end));

  test('is refused with a CsvError or read as finite samples in order, each row accounted for', () => {
    fc.assert(
      fc.property(fc.oneof(text, anyText()), (any) => {
        let parsed: ReturnType<typeof parseCsv>;
        try {
          parsed = parseCsv(any);
        } catch (error) {
          expect(error).toBeInstanceOf(CsvError);
          return;
        }
        const { samples, problems } = parsed;
        expect(samples.timestamps).toHaveLength(samples.values.length);
        samples.timestamps.forEach((timestamp, i) => {
          expect(Number.isFinite(timestamp) && Number.isFinite(samples.values[i])).toBe(true);
          if (i > 0) expect(timestamp).toBeGreaterThan(samples.timestamps[i - 1]!);
        });
        const lines = any.split(/\r\n|\n|\r/).length;
        for (const { rows: count, line } of problems) {
          expect(count).toBeGreaterThan(0);
          expect(line).toBeGreaterThan(1);
          expect(line).toBeLessThanOrEqual(lines);
        }
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['twenty megabytes after one quote', `"${'x'.repeat(20_000_000)}`],
    ['hundreds of thousands of quotes', '"a'.repeat(200_001)],
    ['hundreds of thousands of doubled quotes', '""'.repeat(200_001)],
  ])('even of a row of %s', (_, row) => {
    expect(parseCsv(csv(row)).problems).toHaveLength(1);
  });
});
