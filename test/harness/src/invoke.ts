#!/usr/bin/env node
import { ConfigError, durationMs } from '@plumbline/config';
import { InvalidOptionError, messageOf } from '@plumbline/core';
import { SynthError } from '@plumbline/infra';
import { Command, InvalidArgumentError, Option } from 'commander';
import { PLACES } from './invoke/open-cloud.ts';
import { EXIT, UsageError } from './invoke/problem.ts';
import { runInvoke } from './invoke/run.ts';
import { reportText } from './invoke/view.ts';

const program = new Command('pnpm invoke')
  .description('Runs the built function as Lambda would, and shows what came of it.')
  .option(
    '-e, --event <file>',
    'the event, as JSON; - for stdin (default: what the schedule sends now)',
  )
  .option('-c, --config <file>', 'what to watch (default: plumbline.yaml of the repository)')
  .addOption(
    new Option('--against <place>', 'which AWS (default: moto, or else the double)').choices(
      PLACES,
    ),
  )
  .addOption(
    new Option('--endpoint <url>', 'any other endpoint of AWS').argParser(url).conflicts('against'),
  )
  .option('--topic <arn>', 'the topic in an account or at an endpoint (default: as deployed)')
  .option('--bucket <name>', 'the state bucket there (default: as deployed)')
  .option('--data <file>', 'a CSV file whose last row is now (default: series with an anomaly)')
  .option('--memory <MB>', 'memory of the function (default: as deployed)', wholeNumber)
  .option('--timeout <duration>', 'as 60s (default: as deployed)', duration)
  .option('--repeat <n>', 'send the same event that often', wholeNumber, 1)
  .option('--json', 'print the result as JSON')
  .exitOverride()
  .showHelpAfterError('(pnpm invoke --help shows how)')
  .action(async ({ json, memory: memoryMb, timeout: timeoutMs, ...options }) => {
    const report = await runInvoke({ ...options, memoryMb, timeoutMs }, (note) => {
      console.error(`note: ${note}`);
    });
    console.log(json ? JSON.stringify(report, null, 2) : reportText(report));
    const failed = report.invocations.some(({ outcome }) => outcome !== 'success');
    process.exitCode = failed ? EXIT.failed : EXIT.ok;
  });

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeFor(error);
}

function exitCodeFor(error: unknown): number {
  if (error instanceof Error && 'code' in error && String(error.code).startsWith('commander.')) {
    // Commander has printed its message already; asking for help is no mistake.
    return 'exitCode' in error && error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  console.error(`error: ${messageOf(error)}`);
  const isUsage = [UsageError, ConfigError, SynthError, InvalidOptionError].some(
    (kind) => error instanceof kind,
  );
  return isUsage ? EXIT.usage : EXIT.surroundings;
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number, 1 or more.');
}

function duration(text: string): number {
  try {
    return durationMs(text);
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error));
  }
}

function url(text: string): string {
  if (/^https?:/.test(text) && URL.canParse(text)) return text;
  throw new InvalidArgumentError('Expected a URL such as http://127.0.0.1:5000.');
}
