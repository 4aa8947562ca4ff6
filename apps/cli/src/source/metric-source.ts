import type { Config } from '@plumbline/config';
import type { MetricLocator, MetricSource, ReadResult } from '@plumbline/core';
import { type CsvMetricSource, createCsvMetricSource } from '@plumbline/core/files';
import type { ConfigFile } from '../config-file.ts';
import { withAws } from './aws-trouble.ts';

/** How far ahead of the clock a row may be, ms; CloudWatch takes samples of up to two hours ahead. */
const FUTURE_MS = 2 * 3_600_000;

/** Where the metrics of a configuration are: in files, in CloudWatch, or some here and some there. */
export interface ConfiguredSource extends MetricSource {
  readonly files: CsvMetricSource;
}

/**
 * Reads each monitor where it says that its samples are; CloudWatch's client is loaded when one needs it.
 *
 * @throws {CommandError} a monitor reads CloudWatch, and there are no credentials
 */
export async function openMetricSource({ config, folder }: ConfigFile): Promise<ConfiguredSource> {
  const files = createCsvMetricSource({ root: folder, latestMs: Date.now() + FUTURE_MS });
  const cloud = readsCloudWatch(config) ? await openCloudWatch(config.deploy.region) : files;
  const sourceOf = ({ kind }: MetricLocator): MetricSource => (kind === 'csv' ? files : cloud);
  return {
    files,
    discover: (locator, options) => sourceOf(locator).discover(locator, options),
    async read(requests, options) {
      const results: ReadResult[] = [];
      const read = async (source: MetricSource): Promise<void> => {
        const mine = requests.flatMap((request, i) =>
          sourceOf(request.series.locator) === source ? [{ request, i }] : [],
        );
        if (mine.length === 0) return;
        const asked = mine.map(({ request }) => request);
        const answers = await source.read(asked, options);
        mine.forEach(({ i }, at) => {
          results[i] = answers[at]!;
        });
      };
      await Promise.all([...new Set([files, cloud])].map(read));
      return results;
    },
    linkTo: (view) => sourceOf(view.series.locator).linkTo?.(view) ?? null,
  };
}

export function readsCloudWatch({ monitors }: Pick<Config, 'monitors'>): boolean {
  return monitors.some(({ source }) => source.kind !== 'csv');
}

async function openCloudWatch(region: string): Promise<MetricSource> {
  const { checkCredentials, createAwsClients, createCloudWatchMetricSource } = await import(
    '@plumbline/aws-adapters'
  );
  const clients = createAwsClients({ region });
  await withAws(() => checkCredentials(clients));
  return createCloudWatchMetricSource(clients);
}
