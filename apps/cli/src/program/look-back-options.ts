import type { Command } from 'commander';
import { wholeNumber } from './numbers.ts';

/** What every command that looks back can be told: what to look at, and how far. */
export function withLookBackOptions(command: Command): Command {
  return command
    .option('-c, --config <file>', 'what to watch', 'plumbline.yaml')
    .option('--days <number>', 'how many days to judge; what is before is history', wholeNumber, 14)
    .option('--until <time>', 'the end of it; now, or the end of each file, unless given')
    .option('--labels <file>', 'incidents to be found, which the detectors are then not told of')
    .option('--no-alternatives', 'do not ask what other rules would have sent')
    .option('--fail-on-anomaly', 'exit with 1 when there are alerts');
}
