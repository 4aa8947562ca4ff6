import { describeMetricSource } from '../testing/metric-source-contract.ts';
import { createMemoryMetricSource, type MetricLocator } from './metric-source.ts';

const LOCATOR: MetricLocator = { kind: 'csv', path: 'unused.csv' };

describeMetricSource('the source in memory', (contents) => ({
  source: createMemoryMetricSource(contents),
  locator: LOCATOR,
  seriesOf: (name) => ({ id: name, locator: LOCATOR, metric: name, resource: null }),
}));
