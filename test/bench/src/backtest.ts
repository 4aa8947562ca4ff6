import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describeMachine } from './machine.ts';
import { perturbed, readSeries } from './series.ts';

/** A backtest and a report of 100 monitors x 14 days from files, each with 14 days of history before. */
const SERIES = 100;
const PERIOD_MS = 300_000;
const SAMPLES = 28 * 288;
const START = Date.UTC(2026, 0, 1);
const COMMAND = resolve(import.meta.dirname, '../../../apps/cli/dist/plumbline.mjs');

const folder = mkdtempSync(join(tmpdir(), 'plumbline-backtest-'));
try {
  writeFiles();
  console.log(`${describeMachine()}\n`);
  measure('backtest', ['backtest', '--json']);
  measure('backtest, without alternatives', ['backtest', '--json', '--no-alternatives']);
  const report = join(folder, 'report.html');
  measure('report', ['report', '--json', '--out', report]);
  console.log(`  the report is ${(statSync(report).size / 1e6).toFixed(2)} MB`);
  const help = Array.from({ length: 9 }, () => timed(['--help']).seconds).sort((a, b) => a - b);
  console.log(`  plumbline --help: ${(help[4]! * 1000).toFixed(0)} ms, median of 9`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function measure(what: string, args: readonly string[]): void {
  const { seconds, cpuSeconds } = timed(args);
  console.log(
    `  ${what}, ${SERIES} series x 14 days: ${seconds.toFixed(1)} s, CPU ${cpuSeconds.toFixed(1)} s`,
  );
}

function timed(args: readonly string[]): { readonly seconds: number; readonly cpuSeconds: number } {
  const cpuBefore = childCpu();
  const begun = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [COMMAND, ...args], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const seconds = (performance.now() - begun) / 1000;
  if (status !== 0) throw new Error(`plumbline ${args.join(' ')} exits with ${status}: ${stderr}`);
  return { seconds, cpuSeconds: childCpu() - cpuBefore };
}

/** Of all children that have ended, user and system, in seconds. */
function childCpu(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]!.split(' ');
  return (Number(stat[13]) + Number(stat[14])) / 100;
}

function writeFiles(): void {
  const originals = readSeries();
  mkdirSync(join(folder, 'data'));
  const monitors: string[] = [];
  for (let i = 0; i < SERIES; i++) {
    const values = perturbed(originals[i % originals.length]!, i);
    const rows = Array.from({ length: SAMPLES }, (_, at) => {
      const time = new Date(START + at * PERIOD_MS).toISOString();
      return `${time},${Number(values[at % values.length]!.toPrecision(6))}`;
    });
    writeFileSync(join(folder, 'data', `${i}.csv`), ['timestamp,value', ...rows, ''].join('\n'));
    monitors.push(`  - {name: series ${i}, csv: data/${i}.csv}`);
  }
  writeFileSync(
    join(folder, 'plumbline.yaml'),
    ['version: 1', 'monitors:', ...monitors, ''].join('\n'),
  );
}
