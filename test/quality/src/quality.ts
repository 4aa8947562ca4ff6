import { execFileSync } from 'node:child_process';
import { type Comparison, compareResults } from './compare.ts';
import { allContenders, type Contender, DEFAULT_DETECTOR } from './contenders.ts';
import { SETS, type SetName } from './corpus.ts';
import { FALSE_PER_METRIC_WEEK, pointOf } from './event-figures.ts';
import { sweepEvents } from './event-score.ts';
import { costOf, measureSets, secondsFor, seriesOf } from './measure.ts';
import { parseOptions, type QualityOptions, USAGE } from './options.ts';
import { measurePublished } from './published.ts';
import { tablesOf, writePage } from './report.ts';
import {
  type DetectorResult,
  EVENT_SETS,
  mergeResults,
  type Provenance,
  type Results,
  readResults,
  rounded,
  writeResults,
} from './results.ts';
import { sliceFigures } from './slice.ts';
import { toText } from './table.ts';
import { YARDSTICKS } from './yardsticks.ts';

/** A detector that would take longer than this over the sets waits for --all. */
const FAST_ENOUGH_SECONDS = 90;

const CLEAR_LINE = '\r\u001B[2K';

const contenders = allContenders();
const options = optionsOrExit();
const provenance = provenanceNow();
const committed = readResults();

const detectors: Record<string, DetectorResult> = {};
for (const contender of chosen(options)) {
  const seconds = secondsExpected(contender);
  if (isLeftOut(contender, seconds)) {
    console.log(`left out: ${contender.name}, which takes ${minutes(seconds)}; --all runs it\n`);
    continue;
  }
  showProgress(`${contender.name}, cost`);
  const cost = await costOf(contender, provenance);
  const sets = await measureSets(contender, {
    ...options,
    provenance,
    onProgress: (what, share) => showProgress(`${what} ${Math.round(100 * share)} %`),
  });
  detectors[contender.name] = rounded({ ...sets, cost });
}
showProgress('');

const measured: Partial<Results> = { defaultDetector: DEFAULT_DETECTOR, detectors };
const results = ordered(mergeResults(committed, options.write ? await completed() : measured));
for (const table of tablesOf(results)) if (table.rows.length > 0) console.log(`${toText(table)}\n`);

const before = committed.detectors[committed.defaultDetector] ?? {};
const comparison = compareResults(before, detectors[DEFAULT_DETECTOR] ?? {});
printComparison(comparison);
if (options.write) {
  writeResults(results);
  writePage(results);
  console.log('written: test/quality/results.json, docs/detection.md');
} else if (comparison.worse.length > 0) {
  process.exitCode = 1;
}

/**
 * With what only a committed result has: references that never change, and the slice of the tests. That
 * and the default go on only when the default detector was measured on all sets: on the others it could
 * have become worse unseen.
 */
async function completed(): Promise<Partial<Results>> {
  showProgress('references');
  const isWhole = options.sets.length === SETS.length && DEFAULT_DETECTOR in detectors;
  const completed: Partial<Results> = {
    detectors,
    yardsticks: measureYardsticks(options.sets),
    ...(options.sets.includes('nab') && { published: measurePublished(seriesOf('nab')) }),
    ...(isWhole && { slice: await sliceFigures(contenders[0]!) }),
    ...((isWhole || committed.defaultDetector === '') && { defaultDetector: DEFAULT_DETECTOR }),
  };
  showProgress('');
  return rounded(completed);
}

function measureYardsticks(sets: readonly SetName[]): Results['yardsticks'] {
  const measured = Object.entries(YARDSTICKS).map(([name, scoresOf]) => {
    const ofSets = EVENT_SETS.filter((set) => sets.includes(set)).map((set) => {
      const series = seriesOf(set);
      const { best, within } = sweepEvents(series, series.map(scoresOf));
      const figures = { swept: pointOf(best), within: pointOf(within(FALSE_PER_METRIC_WEEK)) };
      return [set, figures] as const;
    });
    return [name, Object.fromEntries(ofSets)] as const;
  });
  return Object.fromEntries(measured);
}

/** The detectors that there still are, the default one first. */
function ordered(results: Results): Results {
  const entries = contenders.flatMap(({ name }) => {
    const result = results.detectors[name];
    return result === undefined ? [] : [[name, result] as const];
  });
  return { ...results, detectors: Object.fromEntries(entries) };
}

function chosen({ detectors: names }: QualityOptions): readonly Contender[] {
  return contenders.filter(({ name }) => names === undefined || names.includes(name));
}

/** By the speed that is committed; one that nobody has measured yet is tried. */
function secondsExpected(contender: Contender): number {
  const { pointsPerSecond } = committed.detectors[contender.name]?.cost ?? {};
  return pointsPerSecond === undefined ? 0 : secondsFor(contender, pointsPerSecond, options);
}

function isLeftOut({ name }: Contender, seconds: number): boolean {
  if (options.all || options.detectors !== undefined || name === DEFAULT_DETECTOR) return false;
  return seconds > FAST_ENOUGH_SECONDS;
}

function printComparison({ worse, better }: Comparison): void {
  const print = (title: string, lines: readonly string[]): void => {
    if (lines.length > 0) console.log([title, ...lines.map((line) => `  ${line}`), ''].join('\n'));
  };
  const [was, is] = [committed.defaultDetector, DEFAULT_DETECTOR];
  if (was === '' || detectors[is] === undefined) return; // nothing to compare, or nothing to compare with
  const changed = was === is ? '' : `, which was ${was} and now is ${is}`;
  print(`The default detector${changed} is BETTER than committed:`, better);
  print(`The default detector${changed} is WORSE than committed:`, worse);
  if (worse.length === 0 && better.length === 0) console.log('As good as committed.\n');
}

function optionsOrExit(): QualityOptions {
  try {
    const args = process.argv.slice(2).filter((arg) => arg !== '--');
    if (args.includes('--help')) {
      console.log(USAGE);
      process.exit(0);
    }
    return parseOptions(
      args,
      contenders.map(({ name }) => name),
    );
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    process.exit(2);
  }
}

function provenanceNow(): Provenance {
  const date = new Date().toISOString().slice(0, 10);
  const git = (...args: string[]): string =>
    execFileSync('git', ['--no-optional-locks', ...args], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  try {
    const isChanged = git('status', '--porcelain', '--', ':/packages/core/src') !== '';
    return { date, commit: `${git('rev-parse', '--short=7', 'HEAD')}${isChanged ? '+' : ''}` };
  } catch {
    return { date, commit: 'unknown' }; // an archive without its history
  }
}

function minutes(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}

function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${CLEAR_LINE}${text}`);
}
