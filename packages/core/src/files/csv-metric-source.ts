import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, posix, resolve } from 'node:path';
import { matchesPattern } from '../alerts/matcher.ts';
import { messageOf } from '../errors.ts';
import type { MetricLocator, MetricSource, ReadResult, Series } from '../ports/metric-source.ts';
import { samplesBetween } from '../series/samples.ts';
import { type CsvOptions, type CsvSeries, parseCsv } from './csv.ts';

export interface CsvMetricSource extends MetricSource {
  /**
   * The whole content of a series: what to replay, and what is wrong with the file.
   * @throws {CsvError} | a file system error, when the file cannot be used at all
   */
  contents(series: Series): CsvSeries;
}

/**
 * Series in CSV files below a folder; see `parseCsv` for what a file may hold. Each file is read
 * once and kept: a replay asks for it thousands of times.
 *
 * @param root - what the paths of locators are relative to
 */
export function createCsvMetricSource({
  root,
  ...options
}: { readonly root: string } & CsvOptions): CsvMetricSource {
  const cache = new Map<string, CsvSeries>();
  const contents = ({ locator }: Series): CsvSeries => {
    const path = pathOf(locator);
    let series = cache.get(path);
    if (series === undefined) {
      series = parseCsv(readFileSync(resolve(root, path), 'utf8'), options);
      cache.set(path, series);
    }
    return series;
  };

  return {
    contents,
    async discover(locator) {
      return expand(root, pathOf(locator)).map((path) => ({
        id: `csv:${path}`,
        locator: { kind: 'csv', path },
        metric: basename(path).replace(/\.csv$/i, ''),
        resource: null,
      }));
    },
    async read(requests) {
      return requests.map(({ series, after, until }): ReadResult => {
        try {
          return { status: 'complete', ...samplesBetween(contents(series).samples, after, until) };
        } catch (error) {
          return { status: 'failed', reason: messageOf(error), retryable: false };
        }
      });
    },
  };
}

function pathOf(locator: MetricLocator): string {
  if (locator.kind === 'csv') return locator.path;
  throw new TypeError(`a series of ${locator.kind} is not in a file`);
}

/** The files a path with `*` in its last part stands for, sorted; the path itself without one. */
function expand(root: string, path: string): string[] {
  const pattern = basename(path);
  if (!pattern.includes('*')) return [path];
  const folder = dirname(path);
  return readdirSync(resolve(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isFile() && matchesPattern(pattern, entry.name))
    .map(({ name }) => posix.join(folder, name))
    .sort();
}
