import { parseArgs } from 'node:util';
import { measureEstate, type SlotFigures, typical } from './estate.ts';
import { describeMachine } from './machine.ts';

const USAGE = `pnpm bench:fleet [--series N] [--shards N] [--slots N] [--memory MB] [--concurrency N]

  an estate in shards, slot after slot, against the double of AWS: 10,000 series in 20 shards for a day
  of 288 slots unless told, two workers at a time; in one slot all series break at once
`;

const { values } = parseArgs({
  args: process.argv.slice(2).filter((arg) => arg !== '--'),
  options: {
    series: { type: 'string', default: '10000' },
    shards: { type: 'string', default: '20' },
    slots: { type: 'string', default: '288' },
    memory: { type: 'string', default: '256' },
    concurrency: { type: 'string', default: '2' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const [series, shards, slots, memoryMb, concurrency] = [
  values.series,
  values.shards,
  values.slots,
  values.memory,
  values.concurrency,
].map(Number) as [number, number, number, number, number];
const options = { series, shards, slots, memoryMb, concurrency };

/** Away from a terminal, how often a line says how far it is. */
const SLOTS_A_LINE = 12;

console.log(`${describeMachine()}\n`);
const begun = performance.now();
const report = await measureEstate(
  { ...options, incidentSlot: Math.max(1, Math.floor(slots / 2)) },
  (slot, { wallMs }) => {
    const line = `slot ${slot} of ${slots}: ${(wallMs / 1000).toFixed(1)} s`;
    if (process.stderr.isTTY) process.stderr.write(`\r\u001B[2K${line}`);
    else if (slot % SLOTS_A_LINE === 0) process.stderr.write(`${line}\n`);
  },
);
if (process.stderr.isTTY) process.stderr.write('\r\u001B[2K');

const { firstSight, steady, incident, stateMb, deadLetters, incomplete } = report;
console.log(
  `${series} series in ${shards} shards, ${slots} slots, ${memoryMb} MB, ${concurrency} workers at a time, on whole cores`,
);
print(`first sight of 14 days, ${firstSight.slots} slots together`, firstSight);
print(`a slot, median of ${steady.length}`, typical(steady));
print('the slot in which all break', incident);
console.log(
  `  state of the largest shard ${stateMb.toFixed(1)} MB, dead letters ${deadLetters}, slots that were not complete ${incomplete}`,
);
console.log(`  all in all ${((performance.now() - begun) / 60_000).toFixed(0)} min`);

function print(title: string, figures: SlotFigures): void {
  const { wallMs, cpuMs, peakMb, calls, scored, fired, messages, events } = figures;
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  const made = Object.entries(calls)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([operation, count]) => `${operation} ${count}`);
  console.log(
    `  ${title}: ${seconds(wallMs)}, CPU ${seconds(cpuMs)}, peak ${peakMb.toFixed(0)} MB`,
  );
  console.log(
    `    ${scored} samples judged, ${fired} alerts, ${messages} messages, ${events} events`,
  );
  console.log(`    calls: ${made.join(', ')}`);
}
