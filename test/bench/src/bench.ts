import { measureAutoencoderFit, measureSamples } from './detectors.ts';
import { measureFleet } from './fleet.ts';
import { CONTAMINATION, type Measured, measureEngines, measureSweeps, TREES } from './forest.ts';
import {
  type FunctionReport,
  measureFunction,
  measureImport,
  type SlotReport,
} from './function.ts';
import { describeMachine } from './machine.ts';
import { readSeries } from './series.ts';
import { measureSklearn } from './sklearn.ts';

const TARGETS = {
  medianMs: 6,
  timesSklearn: 40,
  fleetSeconds: 20,
  fleetMebibytes: 256,
  importMs: 300,
  autoencoderFitMs: 700,
} as const;

const [values = new Float64Array(0)] = readSeries();
console.log(`${describeMachine()}\n`);

const engines = await measureEngines(values);
const sklearn = measureSklearn({ values, trees: TREES, contamination: CONTAMINATION });
const ours = engines[0]!.timing.median;
print(`Isolation forest: fit, score and flag ${values.length} x 1, ${TREES} trees (ms)`, [
  ...engines,
  ...(sklearn ?? []),
]);
target(`median ${ours.toFixed(2)} ms`, ours <= TARGETS.medianMs, `at most ${TARGETS.medianMs} ms`);
if (sklearn === undefined) {
  console.log('  scikit-learn: no python3 here imports it; apt-get install python3-sklearn');
} else {
  const times = sklearn[0]!.timing.median / ours;
  const wanted = `at least ${TARGETS.timesSklearn} times`;
  target(`${times.toFixed(0)} times as fast as fit_predict`, times >= TARGETS.timesSklearn, wanted);
}

const { rows, trees, features } = await measureSweeps(values);
print(`\nRows: n x 1, ${TREES} trees (ms)`, rows);
print(`\nTrees: ${values.length} x 1 (ms)`, trees);
print(`\nFeatures: ${values.length} x n, ${TREES} trees (ms)`, features);

const autoencoder = await measureAutoencoderFit(values);
print('\nAutoencoder: a history learned and fitted to (ms)', autoencoder);
const fitMs = autoencoder[0]!.timing.median;
const mostFitMs = TARGETS.autoencoderFitMs;
target(`median ${fitMs.toFixed(0)} ms`, fitMs <= mostFitMs, `at most ${mostFitMs} ms`);
print(
  `\nA sample judged and learned, window of ${values.length} (ms)`,
  await measureSamples(values),
);

const fleet = measureFleet();
const where = fleet.pinned ? 'one core' : 'not pinned to a core: no taskset';
console.log(`\nFleet: ${fleet.series} series x ${fleet.samples}, fit and verdict each, ${where}`);
const { seconds, peakMebibytes } = fleet;
target(
  `${seconds.toFixed(2)} s`,
  seconds < TARGETS.fleetSeconds,
  `under ${TARGETS.fleetSeconds} s`,
);
target(
  `${peakMebibytes.toFixed(0)} MiB at the peak`,
  peakMebibytes < TARGETS.fleetMebibytes,
  `under ${TARGETS.fleetMebibytes} MiB`,
);
console.log(`  ${fleet.flagged} of ${fleet.series} newest samples flagged`);

const imported = measureImport();
print("\nThe function's code, loaded in a fresh process (ms)", [
  { name: 'import', timing: imported },
]);
target(
  `median ${imported.median.toFixed(0)} ms`,
  imported.median < TARGETS.importMs,
  `under ${TARGETS.importMs} ms`,
);
/** As many as one GetMetricData request takes, and the article's memory. */
const SLOT = { series: 500, memoryMb: 256, steadySlots: 9 } as const;
/** With the window that the configuration gives each. */
const WEEKS = { adaptive: 2, 'isolation-forest': 1, 'z-score': 1 } as const;
for (const detector of ['adaptive', 'isolation-forest', 'z-score'] as const) {
  printFunction(await measureFunction({ detector, weeks: WEEKS[detector], ...SLOT }));
}

/** Series, the memory that docs/deploy.md gives them, and slots: garbage grows for a while. */
const MEMORIES = [
  [100, 192, 30],
  [500, 256, 30],
  [1000, 320, 10],
  [2000, 512, 3],
] as const;
for (const detector of ['adaptive', 'isolation-forest'] as const) {
  console.log(`\nMemory of the function, ${detector}, beside synth's estimate (MB)`);
  for (const [series, memoryMb, steadySlots] of MEMORIES) {
    const options = { detector, series, weeks: WEEKS[detector], memoryMb, steadySlots };
    const { peakMb, estimate } = await measureFunction(options);
    const figures = `peak ${peakMb.toFixed(0)}, estimate ${estimate.memoryMb.toFixed(0)}`;
    target(`${series} series: ${figures}`, peakMb <= memoryMb, `within ${memoryMb}`);
  }
}

function printFunction(report: FunctionReport): void {
  const { detector, series, weeks, memoryMb, firstSight, steady, peakMb, stateMb } = report;
  const samples = weeks * values.length;
  console.log(
    `\nThe function, ${detector}, at the double: ${series} series x ${samples}, ${memoryMb} MB`,
  );
  printSlot('first sight, with all history', firstSight);
  printSlot(`a steady slot, median of ${steady.runs}`, steady);
  console.log(`  peak memory ${peakMb.toFixed(0)} MB, state ${stateMb.toFixed(1)} MB`);
}

function printSlot(title: string, { wallMs, cpuMs, calls }: SlotReport): void {
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
  const made = Object.entries(calls).map(([operation, count]) => `${operation} ${count}`);
  console.log(`  ${title}: ${seconds(wallMs)}, of which CPU ${seconds(cpuMs)}`);
  console.log(`    calls: ${made.join(', ')}`);
}

function print(title: string, measured: readonly Measured[]): void {
  const first = measured[0]!.timing.median;
  const widest = Math.max(...measured.map(({ name }) => name.length));
  const cells = (...texts: string[]): string => texts.map((text) => text.padStart(9)).join('');
  console.log(title);
  console.log(`  ${' '.repeat(widest)}${cells('median', 'p25', 'p75', 'min', 'runs', 'ratio')}`);
  for (const { name, timing } of measured) {
    const times = [timing.median, timing.p25, timing.p75, timing.min].map((ms) => ms.toFixed(2));
    const ratio = (timing.median / first).toFixed(1);
    console.log(`  ${name.padEnd(widest)}${cells(...times, String(timing.runs), ratio)}`);
  }
}

function target(figure: string, met: boolean, wanted: string): void {
  console.log(`  ${figure}; target ${wanted}: ${met ? 'met' : 'MISSED'}`);
}
