#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { EXIT } from './exit.ts';
import { declareBacktest } from './program/backtest.ts';
import { declareEstimate } from './program/estimate.ts';
import { declareExplain } from './program/explain.ts';
import { declareInit } from './program/init.ts';
import { declareReport } from './program/report.ts';
import { declareRun } from './program/run.ts';
import { declareScore } from './program/score.ts';
import { declareSilence } from './program/silence.ts';
import { declareValidate } from './program/validate.ts';

// The SDK warns of versions of Node that later versions of it will not run on; the one in here is pinned.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

/** Put here by the build: that of the package. */
declare const PLUMBLINE_VERSION: string;

// What a command works with is loaded when it is called: help, and a slip of the pen, are answered at once.
const program = new Command('plumbline')
  .description('Learns what is normal for each metric, and speaks up when something is wrong.')
  .version(PLUMBLINE_VERSION, '-V, --version', 'say which version this is')
  .addHelpText('after', '\nExample:\n  plumbline init --from-files metrics && plumbline backtest')
  .exitOverride()
  .showHelpAfterError('(plumbline --help shows how)');

// In the order in which somebody meets them.
declareInit(program);
declareValidate(program);
declareBacktest(program);
declareReport(program);
declareEstimate(program);
declareRun(program);
declareExplain(program);
declareSilence(program);
declareScore(program);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = await exitCodeFor(error);
}

async function exitCodeFor(error: unknown): Promise<number> {
  // Commander has printed its message already; asking for help is no mistake.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const { reportError } = await import('./report-error.ts');
  return reportError(error);
}
