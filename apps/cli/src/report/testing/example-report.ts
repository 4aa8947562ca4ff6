import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  type AlertPolicy,
  createSeriesScorer,
  type DetectorSpec,
  type Samples,
  type ScoredSample,
} from '@plumbline/core';
import { parseCsv } from '@plumbline/core/files';
import type { ReportAlert, ReportData, ReportSeries, ReportSpan } from '../report-data.ts';

const ROOT = resolve(import.meta.dirname, '../../../../..');
const FOLDER = join(ROOT, 'examples/local-run/data');
/** What people have labelled in these series: windows around what they call anomalies. */
const LABELS = join(ROOT, 'test/quality/data/nab/labels/combined_windows.json');

const DAY_MS = 86_400_000;
const PERIOD_MS = 300_000;
/** The report's last sample, so that it is the same each time. */
const UNTIL = Date.UTC(2026, 9, 19, 12);
const FROM = UNTIL - 14 * DAY_MS;
/** Samples learned before the report begins, taken from the start of the file. */
const HISTORY_SAMPLES = (3 * DAY_MS) / PERIOD_MS;

const POLICY: AlertPolicy = { direction: 'both', resolveAfterSamples: 3 };
const ADAPTIVE: DetectorSpec = { type: 'adaptive', periodMs: PERIOD_MS };

interface KnownFile {
  readonly file: string;
  readonly metric: string;
  readonly namespace: string;
  readonly dimension: string;
  readonly monitor: string;
}

const KINDS: readonly (readonly [pattern: RegExp, Omit<KnownFile, 'file'>])[] = [
  [/^ec2_cpu/, kind('EC2 CPU', 'CPUUtilization', 'AWS/EC2', 'InstanceId')],
  [/^ec2_disk/, kind('EC2 disk writes', 'DiskWriteBytes', 'AWS/EC2', 'InstanceId')],
  [/etwork/, kind('EC2 network in', 'NetworkIn', 'AWS/EC2', 'InstanceId')],
  [/^rds/, kind('RDS CPU', 'CPUUtilization', 'AWS/RDS', 'DBInstanceIdentifier')],
  [/^elb/, kind('Load balancer requests', 'RequestCount', 'AWS/ELB', 'LoadBalancerName')],
  [/^grok/, kind('Group size', 'GroupInServiceInstances', 'AWS/AutoScaling', 'GroupName')],
];

function kind(
  monitor: string,
  metric: string,
  namespace: string,
  dimension: string,
): Omit<KnownFile, 'file'> {
  return { monitor, metric, namespace, dimension };
}

/**
 * A report of so many series: the real ones of examples/local-run, their last 14 days, each judged sample by sample
 * by the default detector. Beyond the seventeenth they come again, each time larger and some hours later, so
 * that no two charts are alike.
 */
export async function exampleReport(seriesCount = 17): Promise<ReportData> {
  const labels = JSON.parse(readFileSync(LABELS, 'utf8')) as Record<string, [string, string][]>;
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.csv'));
  const judged = await Promise.all(files.slice(0, seriesCount).map((file) => judge(file, labels)));
  // Some begin later than the report; those that come again are whole.
  const whole = judged.filter(({ timestamps }) => timestamps[0]! < FROM + DAY_MS);
  const again = Array.from({ length: Math.max(seriesCount - judged.length, 0) }, (_, i) =>
    variant(whole[i % whole.length]!, 1 + Math.floor(i / whole.length)),
  );
  const series = [...judged, ...again];
  const pages = series.flatMap(({ alerts }) =>
    alerts.filter(({ severity }) => severity === 'page'),
  );
  const incidents = series.flatMap(({ spans, alerts }) =>
    spans.filter(({ label }) => label === 'incident').map((span) => ({ span, alerts })),
  );
  const weeks = 2;
  return {
    title: 'plumbline.yaml',
    createdAt: UNTIL + 600_000,
    from: FROM,
    until: UNTIL,
    weeks,
    pagesPerWeek: 20,
    alternatives: [
      { name: "the article's rule, an isolation forest", messages: seriesCount * 29, perWeek: 0 },
      { name: 'z-score, 3 standard deviations', messages: seriesCount * 13, perWeek: 0 },
      { name: 'static threshold at the 99th percentile', messages: seriesCount * 8, perWeek: 0 },
    ].map((alternative) => ({ ...alternative, perWeek: alternative.messages / weeks })),
    labelled: {
      found: incidents.filter(({ span, alerts }) => alerts.some((alert) => overlaps(alert, span)))
        .length,
      incidents: incidents.length,
      falsePages: pages.length - Math.min(pages.length, incidents.length),
    },
    series,
    notes: ['9 series have gaps; what is missing is not judged and is left blank in the charts.'],
  };
}

async function judge(
  file: string,
  labels: Readonly<Record<string, [string, string][]>>,
): Promise<ReportSeries> {
  const found = KINDS.find(([pattern]) => pattern.test(file))?.[1];
  if (found === undefined) throw new Error(`${file} is of no known kind`);
  const samples = parseCsv(readFileSync(join(FOLDER, file), 'utf8')).samples;
  const shift = UNTIL - PERIOD_MS - samples.timestamps.at(-1)!;
  const isLimited = found.monitor === 'Group size';
  const spec: DetectorSpec = isLimited ? { type: 'static-threshold', below: 1 } : ADAPTIVE;
  const scorer = await createSeriesScorer(spec, POLICY);
  for (const [timestamp, value] of historyOf(samples)) scorer.push(timestamp, value);

  const rows: ScoredSample[] = [];
  const alerts: ReportAlert[] = [];
  for (let i = 0; i < samples.values.length; i++) {
    const timestamp = samples.timestamps[i]!;
    const scored = scorer.push(timestamp, samples.values[i]!);
    rows.push(scored);
    noteAlert(alerts, scored, file, shift);
  }
  const first = rows.findIndex(({ verdict }) => verdict.timestamp + shift >= FROM);
  const shown = rows.slice(first);
  const column = (of: (row: ScoredSample) => number): Float64Array => Float64Array.from(shown, of);
  const resource = file.replace(/\.csv$/, '').replace(/^.*_/, 'i-0');
  return {
    monitor: found.monitor,
    metric: found.metric,
    resource,
    locator: `${found.namespace} ${found.metric} ${found.dimension}=${resource} Average (eu-central-1)`,
    detector: isLimited ? 'static-threshold' : 'adaptive',
    periodMs: PERIOD_MS,
    owner: 'platform',
    runbook: `https://wiki.example.com/runbooks/${found.metric.toLowerCase()}`,
    consoleUrl: `https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#metricsV2:query=${resource}`,
    from: FROM,
    until: UNTIL,
    timestamps: column(({ verdict }) => verdict.timestamp + shift),
    values: column(({ verdict }) => verdict.value),
    expected: column(({ expected }) => expected),
    lower: column(({ lower }) => lower),
    upper: column(({ upper }) => upper),
    alerts: alerts.filter(({ since }) => since >= FROM),
    spans: (labels[`realAWSCloudwatch/${file}`] ?? []).map(([from, until]) => ({
      from: Date.parse(`${from.replace(' ', 'T')}Z`) + shift,
      until: Date.parse(`${until.replace(' ', 'T')}Z`) + shift,
      label: 'incident',
    })),
  };
}

/** The first days of a series once more, as the days before it. */
function* historyOf({ timestamps, values }: Samples): Iterable<readonly [number, number]> {
  const before = HISTORY_SAMPLES * PERIOD_MS;
  for (let i = 0; i < timestamps.length; i++) {
    if (timestamps[i]! - timestamps[0]! >= before) return;
    yield [timestamps[i]! - before, values[i]!];
  }
}

/** Opens, goes on with, or ends the latest alert. */
function noteAlert(alerts: ReportAlert[], scored: ScoredSample, file: string, shift: number): void {
  const { verdict, decision } = scored;
  const latest = alerts.at(-1);
  const isOpen = latest !== undefined && latest.until === null;
  if (decision.state.phase !== 'firing') {
    if (isOpen) alerts[alerts.length - 1] = { ...latest, until: verdict.timestamp + shift };
    return;
  }
  const { since, worst, told } = decision.state;
  const changes = {
    severity: told.severity,
    worst: {
      timestamp: worst.timestamp + shift,
      value: worst.value,
      deviationFactor: worst.deviationFactor,
    },
    rarityDays:
      verdict.rarity === undefined ? null : Math.max(verdict.rarity, latest?.rarityDays ?? 0),
  };
  if (isOpen) {
    alerts[alerts.length - 1] = { ...latest, ...changes, rarityDays: rarer(latest, changes) };
    return;
  }
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
  alerts.push({
    id: idOf(`${file} ${since}`),
    condition: 'anomaly',
    reason: decision.reason,
    since: since + shift,
    until: null,
    side: verdict.value >= scored.expected ? 'above' : 'below',
    expected: finite(scored.expected),
    lower: finite(scored.lower),
    upper: finite(scored.upper),
    ...changes,
    rarityDays: verdict.rarity ?? null,
  });
}

function rarer(a: ReportAlert, b: Pick<ReportAlert, 'rarityDays'>): number | null {
  if (a.rarityDays === null || b.rarityDays === null) return a.rarityDays;
  return Math.max(a.rarityDays, b.rarityDays);
}

/** A series of its own, made of another: larger, and an hour later for each time it came before. */
function variant(series: ReportSeries, round: number): ReportSeries {
  if (round === 0) return series;
  const factor = 1 + round * 0.37;
  const later = round * 3_600_000;
  const scaled = (values: Float64Array): Float64Array => values.map((value) => value * factor);
  const scaledOrNull = (value: number | null): number | null =>
    value === null ? null : value * factor;
  return {
    ...series,
    resource: `${series.resource}-${round}`,
    locator: series.locator.replace(series.resource ?? '', `${series.resource}-${round}`),
    timestamps: series.timestamps.map((timestamp) => timestamp - later),
    values: scaled(series.values),
    expected: scaled(series.expected),
    lower: scaled(series.lower),
    upper: scaled(series.upper),
    alerts: series.alerts.map((alert) => ({
      ...alert,
      id: idOf(`${alert.id} ${round}`),
      since: alert.since - later,
      until: alert.until === null ? null : alert.until - later,
      worst: alert.worst && {
        ...alert.worst,
        timestamp: alert.worst.timestamp - later,
        value: alert.worst.value * factor,
      },
      expected: scaledOrNull(alert.expected),
      lower: scaledOrNull(alert.lower),
      upper: scaledOrNull(alert.upper),
    })),
    spans: series.spans.map((span) => ({
      ...span,
      from: span.from - later,
      until: span.until - later,
    })),
  };
}

function overlaps({ since, until }: ReportAlert, span: ReportSpan): boolean {
  return since <= span.until && (until ?? Number.POSITIVE_INFINITY) >= span.from;
}

function idOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
