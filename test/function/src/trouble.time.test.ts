import { describe, expect, test } from 'vitest';
import { configOf, createEstate, type Estate, type EstateOptions } from './testing/estate.ts';

/** For an answer that comes too late; longer than any function here may run. */
const LATE = { delayMs: 60_000 };

/** Time enough for a few calls on a busy machine, and not for one that hangs. */
const TIMEOUT_MS = 8_000;

/** Two hosts that are known and calm until the next slot, one of them read in another region. */
async function beforeASpike({
  onTestFinished,
}: Required<Pick<EstateOptions, 'onTestFinished'>>): Promise<Estate> {
  const config = configOf('web', ['db', 'region: eu-west-1']);
  const estate = await createEstate({ config, timeoutMs: TIMEOUT_MS, onTestFinished });
  estate.measure('web', { spikes: [1] });
  estate.measure('db', { spikes: [1], region: 'eu-west-1' });
  await estate.runAt(0);
  return estate;
}

// These tests wait most of their time; so all at once.

describe.concurrent('CloudWatch that is too slow in one region', () => {
  test('fault 9: leaves its series to the next run; the others are read, recorded and told', async (context) => {
    const estate = await beforeASpike(context);
    const { aws } = estate;
    const isSlow = (_: unknown, { region }: { region: string }) => region === 'eu-west-1';
    const mend = aws.fail({ operation: 'GetMetricData', when: isSlow, with: LATE });

    const slow = await estate.runAt(1);

    expect(slow.outcome).toBe('success');
    expect(slow.line('left')).toMatchObject({
      level: 'WARN',
      message: 'GetMetricData: no answer in the time that was left; next run',
      concerned: [expect.stringMatching(/^db cpu: .*eu-west-1.*Host=db/)],
    });
    expect(slow.summary).toMatchObject({ outcome: 'committed', counts: { read: 1, left: 1 } });
    expect(slow.figures).toMatchObject({ Heartbeat: 1, SeriesLeft: 1 });
    expect(estate.told()).toEqual(['firing web 1']);

    mend();
    const next = await estate.runAt(2);
    expect(next.summary.counts).toMatchObject({ read: 2, left: 0 });
    expect([...estate.told()].sort()).toEqual([
      'firing db 1',
      'firing web 1',
      'resolved db 2',
      'resolved web 2',
    ]);
  });
});

describe.concurrent('CloudWatch that does not answer at all', () => {
  test('fault 9: leaves everything to the next run, without a heartbeat', async (context) => {
    const estate = await beforeASpike(context);
    const mend = estate.aws.fail({ operation: 'GetMetricData', with: LATE });

    const blind = await estate.runAt(1);

    expect(blind.outcome).toBe('success');
    expect(blind.line('left').concerned).toHaveLength(2);
    expect(blind.summary).toMatchObject({ outcome: 'unchanged', counts: { read: 0, left: 2 } });
    expect(blind.figures).not.toHaveProperty('Heartbeat');
    expect(estate.told()).toEqual([]);

    mend();
    await estate.runAt(1);
    expect([...estate.told()].sort()).toEqual(['firing db 1', 'firing web 1']);
  });
});

describe.concurrent('a bus that does not answer', () => {
  test('fault 9: is left in time to note what people have got, so they get it once', async (context) => {
    const estate = await beforeASpike(context);
    const mend = estate.aws.fail({ operation: 'PutEvents', with: LATE });

    const first = await estate.runAt(1);

    expect(first.outcome).toBe('success');
    expect(first.line('delivery-failed')).toMatchObject({
      level: 'WARN',
      message: expect.stringMatching(
        /^eventbridge: PutEvents: no answer in the time that was left; next run$/,
      ),
      concerned: [expect.stringContaining('web cpu: '), expect.stringContaining('db cpu: ')],
    });
    expect(first.figures).toMatchObject({ Heartbeat: 1, NotificationsPending: 2 });
    expect(estate.told()).toEqual(['firing web 1', 'firing db 1']);

    mend();
    await estate.runAt(1);
    expect(estate.told()).toEqual(['firing web 1', 'firing db 1']);
    // What was on its way when it was left may have arrived: machines know it by its transition id.
    expect(new Set(estate.toldToMachines())).toEqual(new Set(['firing web 1', 'firing db 1']));
  });
});

describe.concurrent('a topic that does not answer', () => {
  test('fault 9: does not keep machines from being told, and people are told by the next run', async (context) => {
    const estate = await beforeASpike(context);
    const mend = estate.aws.fail({ operation: 'PublishBatch', with: LATE });

    const first = await estate.runAt(1);

    expect(first.outcome).toBe('success');
    expect(first.line('delivery-failed').message).toMatch(
      /^sns: PublishBatch: no answer in the time that was left; next run$/,
    );
    expect(first.figures).toMatchObject({ Heartbeat: 1, NotificationsPending: 2 });
    expect(estate.toldToMachines()).toEqual(['firing web 1', 'firing db 1']);

    mend();
    const next = await estate.runAt(1);
    expect(next.calls).toMatchObject({ PublishBatch: 1 });
    expect(next.figures).toMatchObject({ NotificationsPending: 0 });
    expect(new Set(estate.told())).toEqual(new Set(['firing web 1', 'firing db 1']));
    expect(estate.toldToMachines()).toHaveLength(2);
  });
});

describe.concurrent('one of two topics that does not answer', () => {
  test.for([
    { silent: 'web', well: 'db' },
    { silent: 'db', well: 'web' },
  ])(
    'fault 9: leaves the other to its people, who are told once: $silent',
    async ({ silent, well }, { onTestFinished }) => {
      const arnOf = (host: string) => `arn:aws:sns:us-east-1:123456789012:${host}-team`;
      const config = configOf(
        ['web', `topic: '${arnOf('web')}'`],
        ['db', `topic: '${arnOf('db')}'`],
      );
      const estate = await createEstate({ config, timeoutMs: TIMEOUT_MS, onTestFinished });
      const { aws } = estate;
      for (const host of ['web', 'db']) {
        aws.sns.createTopic(`${host}-team`);
        estate.measure(host, { spikes: [1] });
      }
      await estate.runAt(0);
      const isSilent = ({ TopicArn }: { TopicArn: string }) => TopicArn === arnOf(silent);
      const mend = aws.fail({ operation: 'PublishBatch', when: isSilent, with: LATE });

      const runs = [await estate.runAt(1), await estate.runAt(2), await estate.runAt(3)];

      expect(runs.map(({ outcome }) => outcome)).toEqual(['success', 'success', 'success']);
      const tellsOf = (host: string) => estate.told().filter((text) => text.includes(` ${host} `));
      expect(tellsOf(well)).toEqual([`firing ${well} 1`, `resolved ${well} 2`]);
      expect([...estate.toldToMachines()].sort()).toEqual([
        'firing db 1',
        'firing web 1',
        'resolved db 2',
        'resolved web 2',
      ]);
      expect(runs.map(({ figures }) => figures?.NotificationsPending)).toEqual([1, 2, 2]);
      const concerned = expect.stringMatching(`^${silent} cpu: `);
      expect(runs[2]?.line('delivery-failed')).toMatchObject({
        message: 'sns: PublishBatch: no answer in the time that was left; next run',
        concerned: [concerned, concerned],
      });

      const before = tellsOf(silent).length; // they have arrived, though the function cannot know
      mend();
      const last = await estate.runAt(3);
      expect(tellsOf(silent).slice(before)).toEqual([`firing ${silent} 1`, `resolved ${silent} 2`]);
      expect(tellsOf(well)).toHaveLength(2);
      expect(last.figures).toMatchObject({ NotificationsPending: 0 });
    },
  );
});

describe.concurrent('S3 that does not answer', () => {
  test('fault 9: when the state is recalled: an error that says so, before Lambda ends the function', async (context) => {
    const estate = await beforeASpike(context);
    const mend = estate.aws.fail({ operation: 'GetObject', with: LATE });

    const run = await estate.runAt(1);

    expect(run.outcome).toBe('error');
    expect(run.error?.errorMessage).toMatch(/^the state bucket: no answer within \d+ ms$/);
    expect(run.lines.at(-1)).toMatchObject({
      level: 'ERROR',
      message: expect.stringMatching(/^run failed: the state bucket: no answer within \d+ ms$/),
    });
    expect(run.calls).not.toHaveProperty('GetMetricData');

    mend();
    await estate.runAt(1);
    expect(estate.told()).toEqual(['firing web 1', 'firing db 1']);
  });

  test('fault 10: when the state is recorded: an error, and nothing is sent before it is recorded', async (context) => {
    const estate = await beforeASpike(context);
    const mend = estate.aws.fail({ operation: 'PutObject', with: 'dropped', times: 1 });
    const silent = estate.aws.fail({ operation: 'PutObject', with: LATE });

    const run = await estate.runAt(1);

    expect(run.outcome).toBe('error');
    expect(run.error?.errorMessage).toMatch(/^the state bucket: no answer within \d+ ms$/);
    expect(estate.told()).toEqual([]);

    mend();
    silent();
    await estate.runAt(1);
    expect(new Set(estate.told())).toEqual(new Set(['firing web 1', 'firing db 1']));
    expect(estate.told()).toHaveLength(2);
  });
});
