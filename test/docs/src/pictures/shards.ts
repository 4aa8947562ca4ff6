import { createHash } from 'node:crypto';
import { keyOf, shardName, shardOf } from '@plumbline/core';
import { arrow, picture, rectangle, text } from './svg.ts';

const [WIDTH, HEIGHT] = [880, 430];
const SERIES = 3_000;
const SHARDS = 8;

/** An estate in shards: one planner, a queue, a worker for each shard, and one desk. */
export async function shards(): Promise<string> {
  const counts = Array.from({ length: SHARDS }, () => 0);
  for (let i = 0; i < SERIES; i++) {
    const key = keyOf({ monitor: { name: 'CPU' }, series: { id: `InstanceId=${instance(i)}` } });
    counts[shardOf(key, SHARDS)]! += 1;
  }
  const most = Math.max(...counts);
  const row = (i: number): number => 82 + 36 * i;
  const middle = row((SHARDS - 1) / 2) + 13;
  return picture(
    { width: WIDTH, height: HEIGHT },
    {
      title: 'An estate in shards',
      description: `A planner puts a message for each of ${SHARDS} shards on a queue. Each is a worker's: one read and one write of a state of its own. ${SERIES} series fall into shards of ${Math.min(...counts)} to ${most}. What there is to tell goes to one desk, and is one message.`,
    },
    [
      text(24, 38, `${SERIES.toLocaleString('en-US')} series in ${SHARDS} shards`, {
        style: 'big',
      }),
      ...box(24, middle - 42, 132, ['planner', 'finds the series,', 'divides by a hash']),
      ...box(204, middle - 42, 104, ['queue', 'one message', 'a shard']),
      arrow([
        [158, middle],
        [201, middle],
      ]),
      ...counts.flatMap((count, i) => {
        const y = row(i);
        const width = (110 * count) / most;
        return [
          arrow([
            [309, middle],
            [352, y + 13],
          ]),
          rectangle(
            [356, y],
            { width: 272, height: 27 },
            { fill: 'panel', edge: 'edge', round: 6 },
          ),
          text(366, y + 18, shardName({ index: i, count: SHARDS }), { style: 'mono' }),
          rectangle([478, y + 8], { width, height: 11 }, { fill: 'band', round: 2 }),
          text(620, y + 18, String(count), { style: 'small', colour: 'soft', anchor: 'end' }),
          arrow([
            [630, y + 13],
            [681, middle],
          ]),
        ];
      }),
      ...box(684, middle - 42, 78, ['desk', 'one', 'object']),
      arrow([
        [764, middle],
        [793, middle],
      ]),
      text(798, middle - 6, 'one', { style: 'bold' }),
      text(798, middle + 14, 'message', { style: 'bold' }),
      text(
        24,
        400,
        'A worker does one slot of one shard: one read of its state, one write. A slot costs the same, calm or on fire.',
        {
          colour: 'soft',
        },
      ),
    ],
  );
}

function box(
  x: number,
  y: number,
  width: number,
  [name = '', ...words]: readonly string[],
): string[] {
  return [
    rectangle([x, y], { width, height: 84 }, { fill: 'panel', edge: 'edge', round: 8 }),
    text(x + width / 2, y + 26, name, { style: 'bold', anchor: 'middle' }),
    ...words.map((word, i) =>
      text(x + width / 2, y + 49 + 19 * i, word, {
        style: 'small',
        colour: 'soft',
        anchor: 'middle',
      }),
    ),
  ];
}

/** Names as those of instances are, the same in every picture. */
function instance(i: number): string {
  return `i-${createHash('sha256').update(String(i)).digest('hex').slice(0, 17)}`;
}
