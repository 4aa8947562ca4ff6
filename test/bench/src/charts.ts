import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '@plumbline/config';
import { isoTime } from '@plumbline/core';
import {
  createAwsDouble,
  createLocalFunction,
  TEST_CREDENTIALS_ENV,
  unpackFunction,
} from '@plumbline/harness';
import { describeMachine } from './machine.ts';
import { perturbed, readSeries } from './series.ts';

/** What pictures cost the function: slots in which so many series page at once, five unless told, with charts and without. */
const PAGES = Number(process.argv[2] ?? 5);
const SLOTS = 3;
const SERIES = PAGES * SLOTS;
const PERIOD_MS = 300_000;
const SETTLE_MS = 2 * PERIOD_MS;
const MEMORY_MB = 320;

interface Figures {
  readonly cpuMs: number;
  readonly peakMb: number;
}

console.log(`${describeMachine()}\n`);
const [without, withCharts] = [await measure(false), await measure(true)];
withCharts.forEach(({ cpuMs, peakMb }, i) => {
  const plain = without[i]!;
  console.log(
    `  slot ${i + 1} with ${PAGES} pages: ${cpuMs.toFixed(0)} ms of CPU, ${plain.cpuMs.toFixed(0)} without charts;` +
      ` peak ${peakMb.toFixed(0)} MB, ${plain.peakMb.toFixed(0)} without`,
  );
});

async function measure(charts: boolean): Promise<Figures[]> {
  const config = parseConfig(`version: 1
deploy: {memory: ${MEMORY_MB}, charts: ${charts}}
monitors:
  - name: CPU
    metric: {namespace: Bench, name: cpu, dimensions: {Host: "*"}}
    window: 14d
    direction: above
`);
  const aws = await createAwsDouble({ keepInputs: false });
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-charts-'));
  unpackFunction(config, folder);
  aws.s3.createBucket('state');
  const env = {
    ...TEST_CREDENTIALS_ENV,
    AWS_ENDPOINT_URL: aws.endpoint,
    SNS_TOPIC_ARN: aws.sns.createTopic('anomaly-alerts'),
    STATE_BUCKET: 'state',
    POWERTOOLS_SERVICE_NAME: 'bench',
    ...(charts && { CHARTS: 'on' }),
  };
  const fn = createLocalFunction({ folder, env, memoryMb: MEMORY_MB, timeoutMs: 60_000 });
  try {
    const lastSlot = Math.floor(Date.now() / PERIOD_MS) * PERIOD_MS;
    for (let host = 0; host < SERIES; host++) putSeries(host, lastSlot);
    const figures: Figures[] = [];
    for (let slot = 0; slot <= SLOTS; slot++) {
      const published = aws.sns.published.length;
      const time = isoTime(lastSlot - (SLOTS - slot) * PERIOD_MS);
      const { outcome, logs, cpuMs = Number.NaN, peakMb } = await fn.invoke({ time });
      if (outcome !== 'success') throw new Error(`${outcome}:\n${logs}`);
      if (slot === 0) continue; // first sight
      const pages = aws.sns.published.length - published;
      if (pages < PAGES) throw new Error(`${pages} of ${PAGES} pages`);
      figures.push({ cpuMs, peakMb });
    }
    const made = [...aws.s3.objects('state').keys()].filter((key) => key.startsWith('charts/'));
    if (made.length !== (charts ? SERIES : 0)) throw new Error(`${made.length} charts`);
    return figures;
  } finally {
    await fn.close();
    await aws.close();
    rmSync(folder, { recursive: true });
  }

  /** Two weeks, and then the slots that are run; in its own slot a series exceeds all that it has ever been. */
  function putSeries(host: number, lastSlot: number): void {
    const originals = readSeries();
    const week = perturbed(originals[host % originals.length]!, host);
    const values = [...week, ...week, ...week.subarray(0, SLOTS + 1)];
    const spike = values.length - SLOTS + Math.floor(host / PAGES);
    values[spike] = 20 * Math.max(...week);
    const newest = lastSlot - SETTLE_MS - PERIOD_MS;
    const timestamps = values.map((_, i) => newest - (values.length - 1 - i) * PERIOD_MS);
    const dimensions = { Host: `host-${host}` };
    aws.cloudwatch.put({ namespace: 'Bench', metric: 'cpu', dimensions }, { timestamps, values });
  }
}
