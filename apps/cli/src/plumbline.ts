#!/usr/bin/env node
import { DETECTOR_TYPES, messageOf } from '@plumbline/core';
import { Command, InvalidArgumentError } from 'commander';
import colors from 'picocolors';
import { runCommand } from './commands/run.ts';
import { score } from './commands/score.ts';
import { addSilence, listSilences, removeSilence } from './commands/silence.ts';
import { validate } from './commands/validate.ts';
import { CommandError, EXIT } from './exit.ts';
import { printable } from './view/text.ts';

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

const silence = program
  .command('silence')
  .description('have quiet about some series for a while, without a deploy');

silence
  .command('add')
  .description('tell nobody of the series that fit, from the next slot on')
  .argument('<matcher...>', 'key=pattern, such as monitor=CPU or Host=web-*: all have to fit')
  .requiredOption('--for <duration>', 'how long: 30m, 2h, 3d; it ends by itself')
  .requiredOption('--why <text>', 'for whoever wonders')
  .option('-c, --config <file>', 'what is watched', 'plumbline.yaml')
  .option('--bucket <name>', 'the state bucket, instead of the one that is found')
  .option('--region <region>', 'where it is, instead of where it is deployed')
  .option('--json', 'print the silence as JSON')
  .addHelpText(
    'after',
    '\nExample:\n  plumbline silence add monitor=CPU Host=web-* --for 2h --why "new kernel"',
  )
  .action(async (parts, options) => {
    process.exitCode = await addSilence(parts, options);
  });

silence
  .command('list')
  .description('the silences in force')
  .option('--all', 'also those that are over')
  .option('-c, --config <file>', 'what is watched', 'plumbline.yaml')
  .option('--bucket <name>', 'the state bucket, instead of the one that is found')
  .option('--region <region>', 'where it is, instead of where it is deployed')
  .option('--json', 'print them as JSON')
  .addHelpText('after', '\nExample:\n  plumbline silence list')
  .action(async (options) => {
    process.exitCode = await listSilences(options);
  });

silence
  .command('remove')
  .description('end a silence: what is still wrong is told in the next slot')
  .argument('<id>', 'as plumbline silence list shows it')
  .option('-c, --config <file>', 'what is watched', 'plumbline.yaml')
  .option('--bucket <name>', 'the state bucket, instead of the one that is found')
  .option('--region <region>', 'where it is, instead of where it is deployed')
  .addHelpText('after', '\nExample:\n  plumbline silence remove 1f0c9a3e')
  .action(async (id, options) => {
    process.exitCode = await removeSilence(id, options);
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
  console.error(`${colors.red('error')}  ${printableLines(messageOf(error))}`);
  return error instanceof CommandError ? error.exitCode : EXIT.failed;
}

/** Messages are several lines, and quote what was written: nothing in it may steer the terminal. */
function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}
