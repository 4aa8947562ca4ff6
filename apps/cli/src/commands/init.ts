import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import * as util from 'node:util';
import { parseConfig } from '@plumbline/config';
import { messageOf } from '@plumbline/core';
import { CommandError, EXIT } from '../exit.ts';
import { lookAtAccount, usualRegion } from '../init/look-at-account.ts';
import type { Proposal, Proposals } from '../init/proposal.ts';
import { proposeFiles } from '../init/propose-files.ts';
import { SCHEMA_FILE, schemaText } from '../init/schema-file.ts';
import { configText } from '../init/write-config.ts';
import { initSummary, initSummaryJson } from '../view/init-summary.ts';
import { createProgress } from '../view/progress.ts';
import { plural, printable } from '../view/text.ts';

export interface InitOptions {
  readonly fromFiles?: string;
  readonly region?: string;
  readonly namespace?: readonly string[];
  readonly out: string;
  readonly max: number;
  readonly yes?: boolean;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly schemaOnly?: boolean;
  readonly json?: boolean;
}

/** Choices that a person can go through; the rest is left out. */
const MOST_CHOICES = 200;

/** Files that are farther apart than this, ms, are replayed for longer than three days. */
const LONG_PERIOD_MS = 3_600_000;

/**
 * Proposes a configuration for the metrics that are alive, and writes it with its schema beside it. Asks on a
 * terminal; elsewhere, and with `yes`, the options alone decide. Overwrites nothing unless told to.
 */
export async function init(options: InitOptions): Promise<number> {
  const folder = dirname(resolve(options.out));
  const schema = { path: join(folder, SCHEMA_FILE), text: schemaText() };
  if (options.schemaOnly) {
    refuseOverwriting([schema], options);
    write([schema]);
    console.log(
      options.json ? JSON.stringify({ schema: schema.path }) : `wrote ${printable(schema.path)}`,
    );
    return EXIT.ok;
  }
  const questions = asks(options) ? await import('../init/questions.ts') : undefined;
  const config = { path: resolve(options.out), text: '' };
  if (questions === undefined && !options.dryRun) refuseOverwriting([config, schema], options);
  questions?.greet();

  const looked = await look(options, folder, questions);
  if (looked.proposals.length === 0) throw nothingFound(looked);
  const chosen =
    questions === undefined
      ? looked.proposals.slice(0, options.max)
      : await questions.askWhich(looked.proposals.slice(0, MOST_CHOICES), options.max);
  const leftOut = [...notTaken(looked.proposals, chosen), ...looked.leftOut];
  const text = configText({
    schema: SCHEMA_FILE,
    origin: looked.origin,
    region: looked.region,
    replay: looked.replay,
    proposals: grouped(chosen),
    leftOut,
  });
  check(text, options.out, looked.region);
  if (options.dryRun) {
    process.stdout.write(options.json ? `${JSON.stringify({ config: text }, null, 2)}\n` : text);
    return EXIT.ok;
  }
  const files = [{ ...config, text }, schema];
  const there = options.force ? [] : changedBy(files);
  if (there.length > 0) {
    if (questions === undefined) refuseOverwriting(files, options);
    else if (!(await questions.askOverwrite(there))) {
      throw new CommandError(EXIT.usage, 'nothing was written: name another file with --out');
    }
  }
  write(files);
  const outcome = { out: options.out, schema: SCHEMA_FILE, chosen, leftOut, region: looked.region };
  console.log(options.json ? initSummaryJson(outcome) : initSummary(outcome));
  questions?.sayGoodbye(`${plural(chosen.length, 'monitor')} in ${printable(options.out)}`);
  return EXIT.ok;
}

type Questions = typeof import('../init/questions.ts');

function asks({ yes, json, dryRun }: InitOptions): boolean {
  const onTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const canAsk = 'styleText' in util; // the prompts need it, and Node has it from 20.12 on
  return onTerminal && canAsk && !yes && !json && !dryRun;
}

interface Looked extends Proposals {
  /** What was looked at. */
  readonly origin: string;
  readonly region: string | undefined;
  readonly replay: string | undefined;
}

async function look(
  options: InitOptions,
  configFolder: string,
  questions: Questions | undefined,
): Promise<Looked> {
  const { namespace: namespaces = [], max } = options;
  let { fromFiles, region } = options;
  if (fromFiles !== undefined && (region !== undefined || namespaces.length > 0)) {
    throw new CommandError(
      EXIT.usage,
      '--from-files looks at no account: leave out --region and --namespace',
    );
  }
  if (fromFiles === undefined && region === undefined) {
    const asked =
      questions === undefined
        ? { region: await usualRegion() }
        : await questions.askSource(usualRegion);
    if ('fromFiles' in asked) fromFiles = asked.fromFiles;
    else region = asked.region;
  }
  if (fromFiles !== undefined) return lookAtFiles(fromFiles, configFolder, max);
  if (region === undefined) {
    const next = 'say which: --region, or AWS_REGION; or look at files: --from-files <folder>';
    throw new CommandError(EXIT.usage, `no region is set\n${next}`);
  }
  const found = await lookAtAccount({ region, namespaces });
  return { ...found, region, replay: undefined };
}

function lookAtFiles(input: string, configFolder: string, most: number): Looked {
  const progress = createProgress(0);
  const found = proposeFiles({ input, configFolder, most, onFile: progress.next });
  progress.end();
  const isLong = found.longestPeriodMs >= LONG_PERIOD_MS;
  return {
    ...found,
    origin: `Proposed by plumbline init from ${plural(found.files, 'file')} in ${input}, ${today()}`,
    region: undefined,
    replay: isLong ? '30d' : '3d',
  };
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

function nothingFound({ leftOut, origin }: Looked): CommandError {
  const what = [
    'nothing to watch was found',
    ...leftOut.slice(0, 10).map((text) => `  ${printable(text)}`),
  ];
  const next = origin.includes('files')
    ? 'expected .csv files with the columns timestamp and value, and two rows or more'
    : 'try another --region, other credentials (AWS_PROFILE), or files: --from-files <folder>';
  return new CommandError(EXIT.failed, [...what, next].join('\n'));
}

/** Those of one group together, the groups in the order of their most useful monitor. */
function grouped(proposals: readonly Proposal[]): Proposal[] {
  const groups = [...new Set(proposals.map(({ group }) => group))];
  return groups.flatMap((group) => proposals.filter((proposal) => proposal.group === group));
}

function notTaken(all: readonly Proposal[], taken: readonly Proposal[]): string[] {
  return all
    .filter((proposal) => !taken.includes(proposal))
    .map(({ what, series }) => `${what}: ${plural(series, 'series', 'series')}`);
}

/**
 * What is written always passes `plumbline validate`: the same check, before anything is on the disk.
 * @throws {CommandError} it does not
 */
function check(text: string, name: string, region: string | undefined): void {
  try {
    parseConfig(text, name);
  } catch (error) {
    const where = region === undefined ? '' : ` (region ${region})`;
    throw new CommandError(EXIT.usage, `the proposal was refused${where}:\n${messageOf(error)}`);
  }
}

interface TextFile {
  readonly path: string;
  readonly text: string;
}

/** The names of files that are there with another content. */
function changedBy(files: readonly TextFile[]): string[] {
  return files
    .filter(({ path, text }) => existsSync(path) && readFileSync(path, 'utf8') !== text)
    .map(({ path }) => path);
}

function refuseOverwriting(files: readonly TextFile[], { force }: InitOptions): void {
  const there = force ? [] : changedBy(files);
  if (there.length === 0) return;
  const next = 'overwrite with --force, or name another file with --out';
  throw new CommandError(EXIT.usage, `${there.join(' and ')} exists already\n${next}`);
}

/** @throws {CommandError} a file cannot be written */
function write(files: readonly TextFile[]): void {
  for (const { path, text } of files) {
    try {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    } catch (error) {
      throw new CommandError(EXIT.failed, `cannot write: ${messageOf(error)}`);
    }
  }
}
