import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { loadConfig, parseConfig } from '@plumbline/config';
import {
  createLiveStateStore,
  createMemoryAlertSink,
  createMemoryMetricSource,
  type Guidance,
  type Notification,
  replay,
  type Samples,
  type SeriesDecision,
  type WatchedSeries,
  watchMonitors,
} from '@plumbline/core';
import { createCsvMetricSource, parseCsv } from '@plumbline/core/files';
import { ROOT } from '../repository.ts';
import type { Trace } from './chart.ts';

export interface ExampleSeries {
  readonly watched: WatchedSeries;
  readonly samples: Samples;
}

/** What the runs of one series concluded, sample by sample, and what was told. */
export interface ExampleRun extends ExampleSeries {
  readonly decisions: readonly SeriesDecision[];
  /** Parallel to the decisions. */
  readonly trace: Trace;
  readonly told: readonly Notification[];
}

const EXAMPLE = join(ROOT, 'examples/local-run');

/**
 * A file of `examples/local-run`, under the monitor that its configuration has for it.
 *
 * @param file - its name without the ending
 */
export async function exampleSeries(file: string): Promise<ExampleSeries> {
  const source = createCsvMetricSource({ root: EXAMPLE });
  const { monitors } = loadConfig(join(EXAMPLE, 'plumbline.yaml'));
  const all = await watchMonitors(monitors, source);
  const watched = all.watched.find(({ series }) => series.metric === file);
  if (watched === undefined) throw new Error(`no monitor of the example has the file ${file}`);
  return { watched, samples: source.contents(watched.series).samples };
}

/** A file of the labelled sets, under the defaults. */
export function labelledSeries(path: string, period: string): ExampleSeries {
  const csv = gunzipSync(readFileSync(join(ROOT, 'test/quality/data', `${path}.csv.gz`)));
  const monitors = `monitors: [{ name: Any, csv: any.csv, period: ${period} }]`;
  const [monitor] = parseConfig(`version: 1\n${monitors}\n`).monitors;
  const series = { id: path, locator: monitor!.source, metric: path, resource: null };
  return { watched: { monitor: monitor!, series }, samples: parseCsv(csv.toString()).samples };
}

/** Replays a series from its first sample to its last, slot by slot. */
export async function runOf(series: ExampleSeries, guidance: Guidance = {}): Promise<ExampleRun> {
  const { watched, samples } = series;
  const { timestamps } = samples;
  const source = createMemoryMetricSource(new Map([[watched.series.id, samples]]));
  const sink = createMemoryAlertSink();
  const decisions: SeriesDecision[] = [];
  const request = {
    shard: 'example',
    watched: [watched],
    guidance,
    firstMs: timestamps[0]!,
    lastMs: timestamps.at(-1)!,
  };
  const ports = { source, store: createLiveStateStore(), sinks: [sink] };
  for await (const { decisions: some } of replay(request, ports)) decisions.push(...some);
  const trace = {
    timestamps: decisions.map(({ verdict }) => verdict.timestamp),
    values: decisions.map(({ verdict }) => verdict.value),
    lower: decisions.map(({ verdict }) => verdict.expectation.lower),
    upper: decisions.map(({ verdict }) => verdict.expectation.upper),
  };
  return { ...series, decisions, trace, told: sink.received };
}

/** Those decisions of which somebody was told. */
export function toldIn({ decisions }: ExampleRun): readonly SeriesDecision[] {
  return decisions.filter(({ decision }) => decision.transition !== undefined);
}
