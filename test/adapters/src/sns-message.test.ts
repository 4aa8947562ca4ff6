import type { MessageFormats } from '@plumbline/aws-adapters';
import { type AlertMessage, groupOf } from '@plumbline/core';
import { HOSTILE_TEXTS, notificationOf } from '@plumbline/core/testing';
import { describe, expect, test } from 'vitest';
import { DELIVERED, startTopic } from './testing/topic.ts';

test('pages are for people, notices are not', async () => {
  const { sink } = await startTopic();

  expect([sink.takes?.('page'), sink.takes?.('notice')]).toEqual([true, false]);
});

describe('a message', () => {
  test('arrives with its fields as they are, in JSON that people can read', async () => {
    const { aws, sink } = await startTopic();
    const { id, message } = notificationOf(1, {
      owner: 'Größe & <b>Co</b>',
      runbook: 'https://example.com/?a=1&b=2',
      deviation_factor: null,
    });

    expect(await sink.send([{ id, message }])).toEqual([DELIVERED]);
    const [published] = aws.sns.published;
    expect(JSON.parse(published!.message)).toEqual(message);
    expect(published!.message).toContain('\n  "alert": "cpu",\n');
  });

  test('bears attributes to filter by and to recognise a repeat by', async () => {
    const { aws, sink } = await startTopic();
    const { id, message } = notificationOf(1, { state: 'resolved', monitor: 'EKS CPU' });

    await sink.send([{ id, message }]);

    expect(aws.sns.published[0]?.attributes).toEqual({
      transition_id: id,
      state: 'resolved',
      severity: 'page',
      monitor: 'EKS CPU',
    });
  });

  /** @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html */
  test.each([
    ['', '-'],
    ['a\u0000\nb', 'a??b'],
    ['\ud800', '?'],
    ['Größe 🚨', 'Größe 🚨'],
  ])(
    'fault 28: has an attribute that SNS takes for a monitor called %j',
    async (monitor, attribute) => {
      const { aws, sink } = await startTopic();

      expect(await sink.send([notificationOf(1, { monitor })])).toEqual([DELIVERED]);
      expect(aws.sns.published[0]?.attributes.monitor).toBe(attribute);
    },
  );
});

describe('formats', () => {
  const { id, message } = notificationOf(1, { alert: 'EKS CPU', cluster: 'web' });
  const publishedWith = async (formats: MessageFormats) => {
    const { aws, sink } = await startTopic(formats);
    expect(await sink.send([{ id, message }])).toEqual([DELIVERED]);
    return aws.sns.published[0]!;
  };

  test('of JSON for all are the message itself, and no body of a protocol', async () => {
    const published = await publishedWith({ email: 'json', https: 'json' });
    expect(published.bodies).toEqual({});
    expect(JSON.parse(published.message)).toEqual(message);
  });

  test('may differ by the protocol: mail has sentences, all others the message', async () => {
    const published = await publishedWith({ email: 'text', https: 'json' });
    expect(Object.keys(published.bodies)).toEqual(['email']);
    expect(published.bodies.email).toMatch(/^PAGE: EKS CPU on web\n\nCPUUtilization is 95, higher/);
    expect(JSON.parse(published.message)).toEqual(message);
    expect(published.subject).toBe('EKS CPU: Anomaly Detected (web)');
  });

  test.each([
    ['amazon-q-slack', '<https://r.example/|Runbook>'],
    ['amazon-q-teams', '[Runbook](https://r.example/)'],
  ] as const)('of %s give HTTPS what a channel takes', async (https, step) => {
    const { aws, sink } = await startTopic({ email: 'json', https });
    await sink.send([notificationOf(1, { runbook: 'https://r.example/' })]);

    const { bodies } = aws.sns.published[0]!;
    expect(Object.keys(bodies)).toEqual(['https']);
    expect(JSON.parse(bodies.https!)).toMatchObject({
      version: '1.0',
      source: 'custom',
      id,
      content: { textType: 'client-markdown', nextSteps: [step] },
    });
  });

  test('fault 13: all at once are within what SNS takes, whatever the message', async () => {
    const { aws, sink } = await startTopic({ email: 'text', https: 'amazon-q-slack' });
    for (const text of ['"\\', '数', '🚨\u0000\ud800\u202e']) {
      const long = text.repeat(20_000);
      const link = `https://console.example/${'x'.repeat(2_000)}`;
      const everything = { alert: long, metric: long, cluster: long, monitor: long, series: long };
      const one = notificationOf(1, { ...everything, owner: long, console_url: link });
      expect(await sink.send([one, one, one])).toEqual([DELIVERED, DELIVERED, DELIVERED]);
    }
    expect(aws.sns.published).toHaveLength(9);
  });
});

/**
 * Printable ASCII, no line breaks, fewer than 100 characters.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_RequestParameters
 */
describe('the subject', () => {
  async function subjectOf(changes: Partial<AlertMessage>): Promise<string | undefined> {
    const { aws, sink } = await startTopic();
    expect(await sink.send([notificationOf(1, changes)])).toEqual([DELIVERED]);
    return aws.sns.published[0]?.subject;
  }

  test.each<[Partial<AlertMessage>, string]>([
    [
      { alert: 'EKS CPU Anomaly', cluster: 'production-cluster' },
      'EKS CPU Anomaly Detected (production-cluster)',
    ],
    [{ alert: 'Slow requests', cluster: 'app/shop' }, 'Slow requests: Anomaly Detected (app/shop)'],
    [{ alert: 'cpu anomaly', cluster: null }, 'cpu anomaly Detected'],
    [{ alert: 'cpu', cluster: 'a', state: 'resolved' }, 'cpu: Anomaly Resolved (a)'],
    [{ alert: 'cpu', cluster: 'a', reason: 'clearly-worse' }, 'cpu: Anomaly Got Worse (a)'],
    // What was a notice before, people hear of for the first time.
    [{ alert: 'cpu', cluster: 'a', reason: 'now-a-page' }, 'cpu: Anomaly Detected (a)'],
    [{ alert: 'cpu', cluster: 'a', reason: 'repeat-interval' }, 'cpu: Anomaly Goes On (a)'],
    [
      { alert: 'cpu', cluster: 'a', state: 'resolved', reason: 'new-normal' },
      'cpu: Anomaly Is the New Normal (a)',
    ],
    [{ alert: 'cpu', cluster: 'a', condition: 'no-data' }, 'cpu: No Data (a)'],
    [
      { alert: 'cpu', cluster: 'a', condition: 'cannot-see', state: 'resolved' },
      'cpu: Can Be Read Again (a)',
    ],
    [{ alert: 'Größe', cluster: '🚨 数据' }, 'Gr??e: Anomaly Detected (? ??)'],
    [{ alert: 'a\r\nBcc: x', cluster: '\u001b[2J' }, 'a??Bcc: x: Anomaly Detected (?[2J)'],
    [{ alert: '  cpu', cluster: null }, 'cpu: Anomaly Detected'],
    [{ alert: '', cluster: null }, ': Anomaly Detected'],
  ])('of %j is %j', async (changes, subject) => {
    expect(await subjectOf(changes)).toBe(subject);
  });

  test('of several alerts says how many, and of which monitors', async () => {
    const alerts = Array.from({ length: 12 }, (_, i) =>
      notificationOf(i, { monitor: i < 8 ? 'CPU' : 'Latency' }),
    );
    const { message } = await groupOf(alerts);
    expect(await subjectOf(message)).toBe('12 Anomalies Detected: CPU 8, Latency 4');
    expect(await subjectOf({ ...message, condition: 'cannot-see' })).toBe(
      '12 Series: Cannot Be Read: CPU 8, Latency 4',
    );
  });

  test.each([
    ['fault 13: is whole at 99 characters', 'x'.repeat(80), `${'x'.repeat(80)}: Anomaly Detected`],
    ['fault 13: is cut at 100', 'x'.repeat(82), `${'x'.repeat(82)}: Anomaly Dete...`],
    [
      'fault 13: counts a pair of surrogates as one',
      '🚨'.repeat(80),
      `${'?'.repeat(80)}: Anomaly Detected`,
    ],
  ])('%s', async (_, alert, expected) => {
    const subject = await subjectOf({ alert, cluster: null });

    expect(subject).toBe(expected);
    expect(subject?.length).toBeLessThan(100);
  });

  test.each(HOSTILE_TEXTS)('fault 28: of %j is one that SNS takes', async (text) => {
    expect(await subjectOf({ alert: text, cluster: text })).toMatch(
      /^[\x21-\x7e][\x20-\x7e]{0,98}$/,
    );
  });
});
