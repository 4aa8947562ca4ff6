import type { Command } from 'commander';
import { wholeNumber } from './numbers.ts';

export function declareScore(program: Command): void {
  program
    .command('score')
    .description(
      'score every row of a file, or of all .csv files in a folder, as it would have come in',
    )
    .argument('<input>', 'a file with the columns timestamp and value, or a folder of such')
    .requiredOption('-o, --out <folder>', 'where the scores go, a file for a file')
    .option(
      '-d, --detector <name>',
      'instead of what is configured, such as z-score (docs/detectors.md)',
    )
    .option('-c, --config <file>', 'how files are judged; unless given, its defaults hold')
    .option(
      '-w, --workers <number>',
      'files at a time; unless given, one for each core',
      wholeNumber,
    )
    .option('--fail-on-anomaly', 'exit with 1 when there are alerts')
    .option('--verbose', 'list every note on the input')
    .option('--json', 'print the summary as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  plumbline score examples/local-run/data --out scores --detector z-score',
    )
    .action(async (input, options) => {
      const { score } = await import('../commands/score.ts');
      process.exitCode = await score(input, options);
    });
}
