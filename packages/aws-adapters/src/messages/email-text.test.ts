import { type AlertMessage, groupOf } from '@plumbline/core';
import { HOSTILE_TEXTS, hostileText, notificationOf } from '@plumbline/core/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emailText } from './email-text.ts';

/** An alert as it stands in the documentation: 25.1 where 5.978 is usual. */
const ALERT: Partial<AlertMessage> = {
  alert: 'EKS CPU',
  metric: 'pod_cpu_utilization',
  cluster: 'production-cluster',
  current_value: 25.1,
  expected: 5.978,
  lower: 3.636,
  upper: 8.305,
  rarity_days: 269.4,
  timestamp: '2026-11-25T14:55:00Z',
  since: '2026-11-25T14:20:00Z',
  worst_value: 27.31,
  worst_timestamp: '2026-11-25T14:30:00Z',
  detector: 'adaptive',
  owner: 'team-shop@example.com',
  runbook: 'https://runbooks.example/eks?a=1&b=2',
  console_url: 'https://us-east-1.console.aws.amazon.com/cloudwatch/home#metricsV2:graph=~(a)',
};

const mailOf = (changes: Partial<AlertMessage> = {}) =>
  emailText(notificationOf(1, { ...ALERT, ...changes }).message);

test('a mail says what is wrong, how far from usual, since when, who cares for it and where to look', () => {
  expect(mailOf({ chart_url: 'https://state.example/charts/1.png?X-Amz-Signature=ab' })).toBe(
    `PAGE: EKS CPU on production-cluster

pod_cpu_utilization is 25.1, higher than usual. Usual is 5.978 (3.636 to 8.305).

How rare: once in 269 days on this metric
Since: 2026-11-25 14:20 UTC, for 35 min
Worst: 27.31, 2026-11-25 14:30 UTC
Why you are told: it has just begun
Owner: team-shop@example.com

Runbook:
https://runbooks.example/eks?a=1&b=2

The metric in the CloudWatch console:
https://us-east-1.console.aws.amazon.com/cloudwatch/home#metricsV2:graph=~(a)

Chart (the link lives for hours, not days):
https://state.example/charts/1.png?X-Amz-Signature=ab

Detector adaptive, transition 00000000000000000000000000000001
`,
  );
});

describe('the first lines', () => {
  test.each<[string, Partial<AlertMessage>, string, string]>([
    [
      'of what is below',
      { side: 'below', current_value: 0.5 },
      'PAGE: EKS CPU on production-cluster',
      'pod_cpu_utilization is 0.5, lower than usual. Usual is 5.978 (3.636 to 8.305).',
    ],
    [
      'of a limit that somebody has set',
      { expected: null, lower: null, upper: 20 },
      'PAGE: EKS CPU on production-cluster',
      'pod_cpu_utilization is 25.1, above the limit of 20.',
    ],
    [
      'of a lower limit',
      { expected: null, lower: 1000, upper: null, side: 'below', current_value: 999.9 },
      'PAGE: EKS CPU on production-cluster',
      'pod_cpu_utilization is 999.9, below the limit of 1,000.',
    ],
    [
      'of an end',
      { state: 'resolved', reason: 'recovered', current_value: 6.1, cluster: null },
      'RESOLVED: EKS CPU',
      'pod_cpu_utilization is normal again, at 6.1. Usual is 5.978 (3.636 to 8.305).',
    ],
    [
      'of what has become normal',
      { state: 'resolved', reason: 'new-normal', expected: 24.9, lower: 20, upper: 30 },
      'NEW NORMAL: EKS CPU on production-cluster',
      'pod_cpu_utilization stays at 25.1. Usual is 24.9 (20 to 30).',
    ],
    [
      'of a monitor that is no more',
      { state: 'resolved', reason: 'no-longer-watched', current_value: null },
      'RESOLVED: EKS CPU on production-cluster',
      'pod_cpu_utilization: it is not watched any more.',
    ],
    [
      'of silence',
      { condition: 'no-data', reason: 'went-silent', current_value: null, severity: 'notice' },
      'NOTICE: EKS CPU on production-cluster',
      'pod_cpu_utilization has had no sample since 2026-11-25 14:20 UTC.',
    ],
    [
      'of the end of silence',
      { condition: 'no-data', reason: 'data-is-back', current_value: null, state: 'resolved' },
      'RESOLVED: EKS CPU on production-cluster',
      'pod_cpu_utilization: samples come again.',
    ],
    [
      'of what cannot be seen',
      { condition: 'cannot-see', reason: 'cannot-be-read', current_value: null },
      'PAGE: EKS CPU on production-cluster',
      'pod_cpu_utilization cannot be read: whether anything is wrong with it is not known.',
    ],
  ])('%s', (_, changes, headline, happening) => {
    expect(mailOf(changes).split('\n\n').slice(0, 2)).toEqual([headline, happening]);
  });
});

describe('the facts', () => {
  test.each<[Partial<AlertMessage>, string]>([
    [{ rarity_days: 4000 }, 'How rare: once in 11 years on this metric'],
    [{ rarity_days: 1e300 }, 'How rare: less than once in 100 years on this metric'],
    [
      { rarity_days: null, deviation_factor: 4.512 },
      'How rare: 4.51 standard deviations from the mean',
    ],
    [{ since: '2026-11-22T10:20:00Z' }, 'Since: 2026-11-22 10:20 UTC, for 3 d 4 h'],
    [{ since: '2026-11-25T14:55:00Z' }, 'Since: 2026-11-25 14:55 UTC'],
    [
      { state: 'resolved', reason: 'recovered', since: '2026-11-25T12:45:00Z' },
      'Since: 2026-11-25 12:45 UTC, until 2026-11-25 14:55 UTC (2 h 10 min)',
    ],
    [{ detail: 'AccessDenied: not\nauthorized' }, 'CloudWatch says: AccessDenied: not?authorized'],
    [{ reason: 'now-a-page' }, 'Why you are told: it was a notice, and has become a page'],
    [{ runbook: 'ask Ann' }, 'Runbook: ask Ann'],
  ])('of %j have a line %s', (changes, line) => {
    expect(mailOf(changes).split('\n')).toContain(line);
  });

  test.each<[Partial<AlertMessage>, RegExp]>([
    [{ worst_timestamp: '2026-11-25T14:55:00Z' }, /Worst/],
    [{ state: 'resolved' }, /How rare/],
    [{ rarity_days: null, deviation_factor: null }, /How rare/],
    [{ owner: null }, /Owner/],
    [{ runbook: null }, /Runbook/],
    [{ console_url: null }, /console/],
    [{ console_url: `https://a.example/${'x'.repeat(3_000)}` }, /console/],
  ])('of %j have nothing to say there: %s', (changes, missing) => {
    expect(mailOf()).not.toMatch(/Chart/);
    expect(mailOf(changes)).not.toMatch(missing);
  });

  test('have numbers as people write them, whatever their size', () => {
    const value = (current_value: number) => mailOf({ current_value }).split(', ')[0];
    expect(value(12_350_000)).toMatch(/is 12,350,000$/);
    expect(mailOf({ current_value: 2.3e36 })).toContain('is 2.3e+36, ');
    expect(mailOf({ current_value: 4e-108, side: 'below' })).toContain('is 4e-108, ');
    expect(mailOf({ current_value: -0.004 })).toContain('is -0.004, ');
  });
});

describe('of many alerts at once', () => {
  test('a mail lists the worst, each with its link, and counts the others', async () => {
    const alerts = Array.from({ length: 12 }, (_, i) =>
      notificationOf(i, {
        ...ALERT,
        monitor: i < 8 ? 'CPU' : 'Latency',
        cluster: `web-${i}`,
        rarity_days: 400 - i,
        console_url: `https://console.example/${i}`,
      }),
    );
    const { message } = await groupOf(alerts);
    const mail = emailText(message);

    expect(mail).toContain('PAGE: 12 alerts at once\n\n8 of CPU, 4 of Latency.\n\n');
    expect(mail).toContain(
      '\n\n1. CPU on web-0: pod_cpu_utilization 25.1; usual 5.978; once in 400 days on this metric; ' +
        'since 2026-11-25 14:20 UTC\nhttps://console.example/0\n\n2. CPU on web-1: ',
    );
    expect(mail).toContain('\n\nAnd 7 more; ');
    expect(mail).toContain(`\n\nGroup ${message.transition_id}\n`);
  });
});

describe('fault 28: hostile text', () => {
  const ALL = ['alert', 'metric', 'cluster', 'monitor', 'series', 'owner', 'runbook', 'detail'];
  const anyMessage = fc
    .tuple(
      fc.array(hostileText(), { minLength: ALL.length, maxLength: ALL.length }),
      fc.constantFrom('anomaly', 'no-data', 'cannot-see'),
      fc.constantFrom('firing', 'resolved'),
      fc.integer({ min: 1, max: 300 }),
    )
    .map(([texts, condition, state, times]) => ({
      ...Object.fromEntries(ALL.map((name, i) => [name, texts[i]!.repeat(times)])),
      condition: condition as AlertMessage['condition'],
      state: state as AlertMessage['state'],
    }));

  test('makes no lines of its own, is no link, and turns nothing around', () => {
    const bare = mailOf({ console_url: null, runbook: null }).split('\n').length;
    fc.assert(
      fc.property(hostileText(), (text) => {
        const mail = mailOf({ console_url: null, runbook: null, cluster: text, metric: text });
        expect(mail.split('\n')).toHaveLength(bare);
        expect(mail.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]|:\/\//u);
        expect(() => encodeURIComponent(mail)).not.toThrow(); // throws for half a pair
      }),
      { numRuns: 200 },
    );
    expect(mailOf({ cluster: 'https://evil.example/?x' })).toContain('https:∕∕evil.example/?x');
  });

  test.each(HOSTILE_TEXTS)('is a name and nothing else: %j', (text) => {
    expect(mailOf({ alert: text, cluster: text })).toMatch(/^PAGE: .+ on .+\n\npod_cpu/u);
  });

  test('fault 13: never makes it longer than 32 KiB', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyMessage, { minLength: 1, maxLength: 8 }), async (all) => {
        const link = { console_url: `https://console.example/${'x'.repeat(2_700)}` };
        const alerts = all.map((changes, i) => notificationOf(i, { ...changes, ...link }));
        const { message } = alerts.length === 1 ? alerts[0]! : await groupOf(alerts);
        expect(Buffer.byteLength(emailText(message))).toBeLessThanOrEqual(32_768);
      }),
      { numRuns: 50 },
    );
  });
});
