import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isoTime } from '../alerts/message.ts';
import type { Series } from '../ports/metric-source.ts';
import type { Samples } from '../series/samples.ts';
import { describeMetricSource } from '../testing/metric-source-contract.ts';
import { PERIOD_MS, samplesOf } from '../testing/series.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';

import { createCsvMetricSource } from './csv-metric-source.ts';
import { CsvError } from './csv-rows.ts';

const EVERYTHING = { periodMs: PERIOD_MS, after: 0, until: Number.POSITIVE_INFINITY };

function csvOf({ timestamps, values }: Samples): string {
  const rows = Array.from(values, (value, i) => `${isoTime(timestamps[i]!)},${value}`);
  return ['timestamp,value', ...rows, ''].join('\n');
}

function seriesAt(path: string): Series {
  return { id: `csv:${path}`, locator: { kind: 'csv', path }, metric: path, resource: null };
}

describeMetricSource('the source over CSV files', (contents) => {
  const root = temporaryFolder();
  mkdirSync(join(root, 'metrics'));
  for (const [name, samples] of contents) {
    writeFileSync(join(root, 'metrics', `${name}.csv`), csvOf(samples));
  }
  mkdirSync(join(root, 'a folder.csv'));
  writeFileSync(join(root, 'columns.csv'), 'time,cpu\n2014-02-14,1\n');
  writeFileSync(join(root, 'empty.csv'), '');
  return {
    source: createCsvMetricSource({ root }),
    locator: { kind: 'csv', path: 'metrics/*.csv' },
    seriesOf: (name) => seriesAt(`metrics/${name}.csv`),
    broken: {
      'a missing file': seriesAt('missing.csv'),
      'a directory': seriesAt('a folder.csv'),
      'wrong columns': seriesAt('columns.csv'),
      'an empty file': seriesAt('empty.csv'),
      'a metric of CloudWatch': {
        id: 'cloudwatch',
        locator: {
          kind: 'cloudwatch',
          namespace: 'AWS/EC2',
          metric: 'CPUUtilization',
          dimensions: {},
          statistic: 'Average',
        },
        metric: 'CPUUtilization',
        resource: null,
      },
    },
  };
});

describe('createCsvMetricSource', () => {
  /** A folder with these files, each a series of one sample. */
  function folderWith(...paths: string[]): string {
    const root = temporaryFolder();
    for (const path of paths) {
      mkdirSync(join(root, path, '..'), { recursive: true });
      writeFileSync(join(root, path), csvOf(samplesOf([1])));
    }
    return root;
  }

  test('a path names one series, whether or not the file is there', async () => {
    const source = createCsvMetricSource({ root: folderWith('a/cpu.csv') });
    expect(await source.discover({ kind: 'csv', path: 'a/cpu.csv' })).toEqual([
      {
        id: 'csv:a/cpu.csv',
        locator: { kind: 'csv', path: 'a/cpu.csv' },
        metric: 'cpu',
        resource: null,
      },
    ]);
    expect(await source.discover({ kind: 'csv', path: 'gone.csv' })).toHaveLength(1);
  });

  test('a star stands for any characters of a file name, sorted, and not for folders', async () => {
    const files = ['m/cpu-b.csv', 'm/cpu-a.csv', 'm/mem.csv', 'm/cpu-a.csv.bak', 'm/sub/cpu-c.csv'];
    const source = createCsvMetricSource({ root: folderWith(...files) });
    const found = async (path: string): Promise<string[]> =>
      (await source.discover({ kind: 'csv', path })).map(({ id }) => id);
    expect(await found('m/cpu-*.csv')).toEqual(['csv:m/cpu-a.csv', 'csv:m/cpu-b.csv']);
    expect(await found('m/*-*.csv')).toEqual(['csv:m/cpu-a.csv', 'csv:m/cpu-b.csv']);
    expect(await found('m/*')).toHaveLength(4);
    expect(await found('m/disk-*.csv')).toEqual([]);
  });

  test('what means something in a regular expression means itself in a path', async () => {
    const source = createCsvMetricSource({ root: folderWith('a+b (1).csv', 'aab 1xcsv') });
    const found = await source.discover({ kind: 'csv', path: 'a+b (1).*' });
    expect(found.map(({ id }) => id)).toEqual(['csv:a+b (1).csv']);
  });

  test('a star in a folder that is not there is said, not taken for nothing', async () => {
    const source = createCsvMetricSource({ root: temporaryFolder() });
    await expect(source.discover({ kind: 'csv', path: 'gone/*.csv' })).rejects.toThrow(/ENOENT/);
  });

  test('a metric of CloudWatch is not in a file, and discovery says so', async () => {
    const source = createCsvMetricSource({ root: temporaryFolder() });
    const locator = {
      kind: 'cloudwatch',
      namespace: 'AWS/EC2',
      metric: 'CPUUtilization',
      dimensions: {},
      statistic: 'Average',
    } as const;
    await expect(source.discover(locator)).rejects.toThrow(
      'a series of cloudwatch is not in a file',
    );
  });

  test('a file is read once, and kept', async () => {
    const root = folderWith('cpu.csv');
    const source = createCsvMetricSource({ root });
    const request = { series: seriesAt('cpu.csv'), ...EVERYTHING };
    const [before] = await source.read([request]);
    rmSync(join(root, 'cpu.csv'));
    expect(await source.read([request])).toEqual([before]);
  });

  test('a failure is not kept: the file can be put right', async () => {
    const root = temporaryFolder();
    const source = createCsvMetricSource({ root });
    const request = { series: seriesAt('cpu.csv'), ...EVERYTHING };
    expect(await source.read([request])).toMatchObject([{ status: 'failed', retryable: false }]);
    writeFileSync(join(root, 'cpu.csv'), csvOf(samplesOf([1])));
    expect(await source.read([request])).toMatchObject([{ status: 'complete' }]);
  });

  test('the contents of a file come with what is wrong with it, or are refused', () => {
    const root = temporaryFolder();
    writeFileSync(join(root, 'odd.csv'), 'timestamp,value\n2014-02-14,NaN\n2014-02-15,1\n');
    writeFileSync(join(root, 'columns.csv'), 'time,cpu\n');
    const source = createCsvMetricSource({ root });
    const { samples, problems } = source.contents(seriesAt('odd.csv'));
    expect([...samples.values]).toEqual([1]);
    expect(problems.map(({ kind }) => kind)).toEqual(['bad-value']);
    expect(() => source.contents(seriesAt('columns.csv'))).toThrow(CsvError);
    expect(() => source.contents(seriesAt('gone.csv'))).toThrow(/ENOENT/);
  });
});
