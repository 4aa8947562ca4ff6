#!/usr/bin/env node
import { DETECTOR_TYPES, messageOf } from '@plumbline/core';
import { Command, InvalidArgumentError } from 'commander';
import colors from 'picocolors';
import { runCommand } from './commands/run.ts';
import { score } from './commands/score.ts';
import { validate } from './commands/validate.ts';
import { CommandError, EXIT } from './exit.ts';

const program = new Command('plumbline')
  .description('Learns what is normal for each metric, and speaks up when something is wrong.')
  .exitOverride()
  .showHelpAfterError('(plumbline --help shows how)');

program
  .command('run')
  .description('look at what is new, alert on what is wrong, and show what was found')
  .option('-c, --config <file>', 'what to watch', 'plumbline.yaml')
  .option('--fresh', 'forget state and alerts of earlier runs first')
  .option('--fail-on-anomaly', 'exit with 1 when there are alerts')
  .option('--verbose', 'list every note on the input')
  .option('--json', 'print the result as JSON')
  .addHelpText('after', '\nExample:\n  plumbline run --config examples/local-run/plumbline.yaml')
  .action(async (options) => {
    process.exitCode = await runCommand(options);
  });

program
  .command('validate')
  .description('check a configuration, and show what it comes to')
  .option('-c, --config <file>', 'the file to check', 'plumbline.yaml')
  .option('--json', 'print the resolved configuration as JSON')
  .addHelpText('after', '\nExample:\n  plumbline validate --config plumbline.yaml')
  .action((options) => {
    process.exitCode = validate(options);
  });

program
  .command('score')
  .description(
    'score every row of a file, or of all .csv files in a folder, as it would have come in',
  )
  .argument('<input>', 'a file with the columns timestamp and value, or a folder of such')
  .requiredOption('-o, --out <folder>', 'where the scores go, a file for a file')
  .option('-d, --detector <name>', `instead of what is configured: ${DETECTOR_TYPES.join(', ')}`)
  .option('-c, --config <file>', 'how files are judged; unless given, its defaults hold')
  .option('-w, --workers <number>', 'files at a time; unless given, one for each core', wholeNumber)
  .option('--verbose', 'list every note on the input')
  .option('--json', 'print the summary as JSON')
  .addHelpText(
    'after',
    '\nExample:\n  plumbline score examples/local-run/data --out scores --detector z-score',
  )
  .action(async (input, options) => {
    process.exitCode = await score(input, options);
  });

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeFor(error);
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number from 1 to 9999.');
}

function exitCodeFor(error: unknown): number {
  if (error instanceof Error && 'code' in error && String(error.code).startsWith('commander.')) {
    // Commander has printed its message already; asking for help is no mistake.
    return 'exitCode' in error && error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  console.error(`${colors.red('error')}  ${messageOf(error)}`);
  return error instanceof CommandError ? error.exitCode : EXIT.failed;
}
