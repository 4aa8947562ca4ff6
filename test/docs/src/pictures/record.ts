import {
  type AlertSink,
  createMemoryMetricSource,
  createMemoryStateStore,
  run,
  type StateStore,
} from '@plumbline/core';
import { exampleSeries } from './example-run.ts';
import { arrow, type Colour, line, type Point, picture, rectangle, text } from './svg.ts';

const WIDTH = 880;
const ROW = 36;
const HEAD = 68;
/** The first sample of an alert of the series. */
const OPENS = Date.UTC(2014, 3, 22, 19, 34);

/** Something that a run did to what is outside of it, in the order in which it happened. */
interface Step {
  readonly run: string;
  readonly did: string;
  /** Nowhere, where the run ends. */
  readonly to: 'state' | 'people' | undefined;
  readonly isRefused?: boolean;
}

/** What becomes of a slot that is run twice at once, and of a run that ends before it has marked what it sent. */
export async function record(): Promise<string> {
  const [twice, crashed] = [await runTwice(), await runWithCrash()];
  const second = 24 + HEAD + ROW * twice.length + 64;
  const height = second + HEAD + ROW * crashed.length + 64;
  return picture(
    { width: WIDTH, height },
    {
      title: 'The commit is the claim',
      description: `${wordsOf('Twice at once', twice)} ${wordsOf('A crash after sending', crashed)}`,
    },
    [
      ...panel('The schedule fires twice', twice, 24),
      ...panel('A run ends between sending and marking', crashed, second),
      text(
        24,
        height - 24,
        'The same alert has the same id in every run: who has seen it can drop it.',
        {
          colour: 'soft',
        },
      ),
    ],
  );
}

function wordsOf(title: string, steps: readonly Step[]): string {
  return `${title}: ${steps.map((step) => `${step.run}: ${step.did}`).join('; ')}.`;
}

const LANES = { state: 700, people: 812 } as const;

function panel(title: string, steps: readonly Step[], top: number): string[] {
  const names = [...new Set(steps.map((step) => step.run))];
  const laneOf = (name: string): number => 90 + 150 * names.indexOf(name);
  const head = top + 50;
  const foot = head + 24 + ROW * steps.length;
  const box = (x: number, name: string, width: number): string[] => [
    rectangle(
      [x - width / 2, head - 18],
      { width, height: 27 },
      { fill: 'panel', edge: 'edge', round: 6 },
    ),
    text(x, head, name, { style: 'bold', anchor: 'middle' }),
    line([x, head + 9], [x, foot], { colour: 'edge' }),
  ];
  return [
    text(24, top + 14, title, { style: 'big' }),
    ...names.flatMap((name) => box(laneOf(name), name, 118)),
    ...box(LANES.state, 'state', 84),
    ...box(LANES.people, 'people', 84),
    ...steps.flatMap(({ run: name, did, to, isRefused = false }, i) => {
      const y = head + ROW * (i + 1);
      const colour: Colour = isRefused ? 'page' : to === 'people' ? 'fine' : 'value';
      const from: Point = [laneOf(name), y];
      if (to === undefined) return ending(from, did);
      return [
        arrow([from, [LANES[to] - 2, y]], colour, isRefused ? '5 4' : undefined),
        text(LANES.state - 14, y - 6, did, { style: 'mono', colour, anchor: 'end' }),
      ];
    }),
  ];
}

/** A cross on the lane of a run that ends. */
function ending([x, y]: Point, words: string): string[] {
  const stroke = { colour: 'page', width: 2 } as const;
  return [
    line([x - 6, y - 6], [x + 6, y + 6], stroke),
    line([x - 6, y + 6], [x + 6, y - 6], stroke),
    text(x + 16, y + 5, words, { style: 'mono', colour: 'page' }),
  ];
}

/** Before the slot in which the alert opens. */
async function scene() {
  const { watched, samples } = await exampleSeries('elb_request_count_8c0756');
  const source = createMemoryMetricSource(new Map([[watched.series.id, samples]]));
  const store = createMemoryStateStore();
  const steps: Step[] = [];
  const { periodMs, settleMs } = watched.monitor;
  const slot = OPENS + periodMs + settleMs;
  const runAs = (name: string, at: number, failing: Partial<StateStore> = {}) =>
    run(
      { slot: at, shard: 'shard-0', watched: [watched] },
      {
        source,
        store: { ...recordedStore(store, name, steps), ...failing },
        sinks: [recordedSink(name, steps)],
      },
    );
  await runAs('before', slot - periodMs);
  steps.length = 0;
  return { steps, slot, periodMs, runAs, store };
}

async function runTwice(): Promise<readonly Step[]> {
  const { steps, slot, runAs, store } = await scene();
  // Both have read before either commits, and the first is done before the second tries.
  const [firstHasRead, secondHasRead, firstIsDone] = [gate(), gate(), gate()];
  const storeOf = (name: string) => recordedStore(store, name, steps);
  const runA = runAs('run A', slot, {
    async load(shard) {
      const stored = await storeOf('run A').load(shard);
      firstHasRead.open();
      return stored;
    },
    async commit(...args) {
      await secondHasRead.passed;
      return storeOf('run A').commit(...args);
    },
  });
  const runB = runAs('run B', slot, {
    async load(shard) {
      await firstHasRead.passed;
      const stored = await storeOf('run B').load(shard);
      secondHasRead.open();
      return stored;
    },
    async commit(...args) {
      await firstIsDone.passed;
      return storeOf('run B').commit(...args);
    },
  });
  const first = await runA;
  firstIsDone.open();
  const second = await runB;
  if (first.outcome !== 'committed' || second.outcome !== 'superseded') {
    throw new Error('one of two runs at once has to win');
  }
  return steps;
}

/** Somebody waits until somebody else opens it. */
function gate(): { readonly passed: Promise<void>; open(): void } {
  let open = (): void => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

async function runWithCrash(): Promise<readonly Step[]> {
  const { steps, slot, periodMs, runAs, store } = await scene();
  let commits = 0;
  const crashing = recordedStore(store, 'run A', steps);
  const dies = async (): Promise<never> => {
    steps.push({ run: 'run A', to: undefined, did: 'ends here' });
    throw new Error('the run ends here');
  };
  const commit: StateStore['commit'] = (...args) => {
    commits += 1;
    return commits === 1 ? crashing.commit(...args) : dies();
  };
  await runAs('run A', slot, { commit }).catch(() => undefined);
  await runAs('next slot', slot + periodMs);
  return steps;
}

function recordedStore(store: StateStore, name: string, steps: Step[]): StateStore {
  return {
    async load(shard) {
      const stored = await store.load(shard);
      steps.push({ run: name, to: 'state', did: `read: version ${stored?.version}` });
      return stored;
    },
    async commit(shard, bytes, expected) {
      const result = await store.commit(shard, bytes, expected);
      const hasSent = steps.some((step) => step.run === name && step.to === 'people');
      const what = hasSent ? 'mark as sent' : 'commit';
      const did = result.committed
        ? `${what}: ${expected} → ${result.version}`
        : `${what} on ${expected}: refused`;
      steps.push({ run: name, to: 'state', did, isRefused: !result.committed });
      return result;
    },
  };
}

function recordedSink(name: string, steps: Step[]): AlertSink {
  return {
    name: 'people',
    async send(notifications) {
      for (const { message } of notifications) {
        const did = `send ${message.state} ${message.transition_id.slice(0, 8)}`;
        steps.push({ run: name, to: 'people', did });
      }
      return notifications.map(() => ({ delivered: true }));
    },
  };
}
