// Draws docs/pictures/chart.png: the picture of the first page of an example series, as the function makes it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  createMemoryAlertSink,
  createMemoryStateStore,
  replay,
  watchMonitors,
} from '@plumbline/core';
import { createCsvMetricSource } from '@plumbline/core/files';
import { createRasterizer } from '../src/chart-png.ts';

const REPOSITORY = new URL('../../../', import.meta.url);
const DIST = new URL('../dist/', import.meta.url);
const PICTURE = new URL('docs/pictures/chart.png', REPOSITORY);

const DAY_MS = 24 * 3_600_000;
const SERIES = 'examples/local-run/data/ec2_cpu_utilization_24ae8d.csv';
const MONITOR = {
  name: 'CPU of the web servers',
  source: { kind: 'csv', path: SERIES },
  periodMs: 300_000,
  settleMs: 0,
  trainingMs: 14 * DAY_MS,
  direction: 'both',
  resolveAfterSamples: 3,
  detector: { type: 'adaptive' },
};
const LAST = Date.parse('2014-02-26T23:00:00Z');

const drawn = [];
const charts = {
  async make({ svg }) {
    drawn.push(svg);
    return 'https://example.com/';
  },
};
const source = createCsvMetricSource({ root: fileURLToPath(REPOSITORY) });
const { watched } = await watchMonitors([MONITOR], source);
const request = { shard: 'example', watched, firstMs: LAST - DAY_MS / 12, lastMs: LAST };
const ports = { source, store: createMemoryStateStore(), sinks: [createMemoryAlertSink()], charts };
for await (const _ of replay(request, ports));

const png = await createRasterizer(DIST)(drawn[0]);
mkdirSync(new URL('./', PICTURE), { recursive: true });
writeFileSync(PICTURE, png);
console.log(`${fileURLToPath(PICTURE)}: ${png.length} bytes`);
