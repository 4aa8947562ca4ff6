import { describe, expect, test } from 'vitest';
import { configOf, createEstate, type Estate, type EstateOptions } from './testing/estate.ts';
import { fleetConfigOf } from './testing/fleet.ts';

/** Two hosts that are known and calm; the newest sample of the next slot is a spike in one. */
async function beforeASpike(options?: EstateOptions): Promise<Estate> {
  const estate = await createEstate(options);
  estate.measure('web', { spikes: [1] });
  estate.measure('db', { spikes: [2] });
  await estate.runAt(0);
  return estate;
}

const WEB = expect.stringMatching(/^web cpu: cloudwatch:.*Host=web/);

/** Distinct transitions among what people got. */
function idsOf(estate: Estate): ReadonlySet<string> {
  return new Set(estate.messages().map(({ transition_id }) => transition_id));
}

describe('a topic that is not there', () => {
  test('fault 11: keeps its alerts, which arrive once it is there: in order, and once', async () => {
    const estate = await beforeASpike({ without: 'topic' });

    const run = await estate.runAt(1);

    expect(run.outcome).toBe('success');
    expect(run.line('delivery-failed')).toMatchObject({
      level: 'WARN',
      message: expect.stringMatching(
        /^sns: PublishBatch: NotFound.*correct SNS_TOPIC_ARN or the topic of the monitor, or create it; next run$/,
      ),
      retryable: true,
      concerned: [WEB],
    });
    expect(run.figures).toMatchObject({ Heartbeat: 1, AlertsFired: 1, NotificationsPending: 1 });
    expect(estate.toldToMachines()).toEqual(['firing web 1']);

    const next = await estate.runAt(2); // the end of it, and the other host
    expect(next.line('delivery-failed')).toMatchObject({ concernedCount: 3 });
    expect(next.figures).toMatchObject({ NotificationsPending: 3 });
    expect(estate.told()).toEqual([]);

    estate.createTopic();
    const back = await estate.runAt(2);
    expect(back.figures).toMatchObject({ NotificationsPending: 0 });
    expect(back.calls).not.toHaveProperty('GetMetricData');
    expect(estate.told()).toEqual(['firing web 1', 'resolved web 2', 'firing db 2']);
    await estate.runAt(2);
    expect(estate.told()).toHaveLength(3);
    expect(estate.toldToMachines()).toEqual(['firing web 1', 'resolved web 2', 'firing db 2']);
  });

  test('fault 11: of one monitor keeps the alerts of that one, and no others', async () => {
    const topic = 'arn:aws:sns:us-east-1:123456789012:web-team';
    const estate = await beforeASpike({ config: configOf(['web', `topic: '${topic}'`], 'db') });

    await estate.runAt(1);
    const run = await estate.runAt(2);

    expect(run.line('delivery-failed')).toMatchObject({ concerned: [WEB, WEB] });
    expect(estate.told()).toEqual(['firing db 2']);

    estate.aws.sns.createTopic('web-team');
    await estate.runAt(2);
    expect(estate.told()).toEqual(['firing db 2', 'firing web 1', 'resolved web 2']);
    const topics = estate.aws.sns.published.map(({ topicArn }) => topicArn.split(':').at(-1));
    expect(topics).toEqual(['anomaly-alerts', 'web-team', 'web-team']);
  });

  test('or that refuses says which permission is missing', async () => {
    const estate = await beforeASpike();
    const allow = estate.aws.deny('sns:Publish');

    const run = await estate.runAt(1);

    expect(run.line('delivery-failed').message).toMatch(
      /^sns: PublishBatch: AuthorizationError.*allow it sns:Publish \(docs\/deploy\.md\).*; next run$/,
    );
    allow();
    await estate.runAt(1);
    expect(estate.told()).toEqual(['firing web 1']);
  });
});

describe('SNS that is down', () => {
  test('fault 11: and comes back: the alert arrives later, under the id that machines know it by', async () => {
    const estate = await beforeASpike();
    const mend = estate.aws.fail({ operation: 'PublishBatch', with: 'internalFailure' });

    const run = await estate.runAt(1);

    expect(run.outcome).toBe('success');
    expect(run.line('delivery-failed')).toMatchObject({
      level: 'WARN',
      message: expect.stringMatching(/^sns: PublishBatch: Internal.*; next run$/),
      concerned: [WEB],
    });
    expect(estate.told()).toEqual([]);

    mend();
    await estate.runAt(1);
    expect(estate.told()).toEqual(['firing web 1']);
    expect(estate.toldToMachines()).toEqual(['firing web 1']);
    const [event] = estate.aws.events.received;
    expect(idsOf(estate)).toEqual(new Set([event?.detail.transition_id]));
  });

  test('fault 11: for one of two alerts: that one is kept, the other is not sent again', async () => {
    const estate = await createEstate();
    estate.measure('web', { spikes: [1] });
    estate.measure('db', { spikes: [1] });
    await estate.runAt(0);
    const isWeb = ({ Message }: { Message: string }) => Message.includes('web cpu');
    const mend = estate.aws.fail({
      operation: 'PublishBatch',
      each: (entry: { Message: string }) =>
        isWeb(entry) ? { code: 'InternalFailure', message: 'of SNS' } : undefined,
    });

    const run = await estate.runAt(1);

    expect(run.line('delivery-failed')).toMatchObject({ concerned: [WEB] });
    expect(estate.told()).toEqual(['firing db 1']);

    mend();
    await estate.runAt(1);
    expect(estate.told()).toEqual(['firing db 1', 'firing web 1']);
  });

  test('fault 10: whose answer alone is lost: people get it twice, under one id', async () => {
    const estate = await beforeASpike();
    estate.aws.fail({ operation: 'PublishBatch', with: 'answer-lost', times: 1 });

    const run = await estate.runAt(1);

    expect(run.complaints).toEqual([]);
    expect(estate.told()).toEqual(['firing web 1', 'firing web 1']);
    expect(idsOf(estate).size).toBe(1);
    await estate.runAt(1);
    expect(estate.told()).toHaveLength(2);
  });
});

describe('a bus that is not there', () => {
  test('fault 11: does not keep people from being told; machines are told once it is there', async () => {
    const estate = await beforeASpike({ env: { EVENT_BUS_NAME: 'alerts' } });

    const run = await estate.runAt(1);

    expect(run.outcome).toBe('success');
    expect(run.line('delivery-failed')).toMatchObject({
      level: 'WARN',
      message: expect.stringMatching(
        /^eventbridge: PutEvents: ResourceNotFound.*correct EVENT_BUS_NAME, or create it; next run$/,
      ),
      concerned: [WEB],
    });
    expect(estate.told()).toEqual(['firing web 1']);
    expect(estate.toldToMachines()).toEqual([]);

    estate.aws.events.createBus('alerts');
    await estate.runAt(1);
    expect(estate.told()).toEqual(['firing web 1']);
    expect(estate.toldToMachines()).toEqual(['firing web 1']);
    await estate.runAt(1);
    expect(estate.toldToMachines()).toHaveLength(1);
  });
});

describe('names as an attacker, or a careless tenant, would choose them', () => {
  test('fault 13: are cut where they are too long for a message, and all of them are counted', async () => {
    const estate = await createEstate({ config: fleetConfigOf() });
    const hosts = Array.from({ length: 40 }, (_, i) => `${i} <!channel> "=1+1" ${'x'.repeat(950)}`);
    for (const host of hosts) estate.measure(host, { spikes: [1] });
    await estate.runAt(0);

    const run = await estate.runAt(1);

    expect(run.complaints).toEqual([]);
    const [{ message, subject } = { message: '', subject: '' }, ...others] =
      estate.aws.sns.published;
    expect(others).toEqual([]);
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(32_768);
    expect(subject).toMatch(/^[\x20-\x7e]{1,99}$/);
    const { count, transitions, more_transitions } = estate.messages()[0]!.group!;
    expect(count).toBe(40);
    expect(transitions.length + more_transitions).toBe(40);
  });
});
