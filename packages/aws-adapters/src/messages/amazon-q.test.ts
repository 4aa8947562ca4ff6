import { type AlertMessage, groupOf } from '@plumbline/core';
import { HOSTILE_TEXTS, hostileText, notificationOf } from '@plumbline/core/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ChatPlatform, customNotification } from './amazon-q.ts';

const CONSOLE = "https://us-east-1.console.aws.amazon.com/cloudwatch/home#metricsV2:graph=~(a~'b)";
const CHART = 'https://state.example/charts/1.png?X-Amz-Signature=ab&X-Amz-Expires=43200';

const ALERT: Partial<AlertMessage> = {
  alert: 'EKS CPU',
  monitor: 'EKS CPU',
  metric: 'pod_cpu_utilization',
  cluster: 'production-cluster',
  current_value: 25.1,
  expected: 5.978,
  lower: 3.636,
  upper: 8.305,
  rarity_days: 269.4,
  timestamp: '2026-11-25T14:20:00Z',
  since: '2026-11-25T14:20:00Z',
  worst_timestamp: '2026-11-25T14:20:00Z',
  owner: 'team-shop',
  runbook: 'https://runbooks.example/eks',
  console_url: CONSOLE,
  chart_url: CHART,
};

const postOf = (changes: Partial<AlertMessage> = {}, platform: ChatPlatform = 'slack') =>
  customNotification(notificationOf(1, { ...ALERT, ...changes }).message, platform);

/** @see https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html */
test('an alert is a custom notification, with what is wrong, the facts, and where to look', () => {
  expect(postOf()).toEqual({
    version: '1.0',
    source: 'custom',
    id: '00000000000000000000000000000001',
    content: {
      textType: 'client-markdown',
      title: '🔴 PAGE: `EKS CPU` on `production-cluster`',
      description: [
        '`pod_cpu_utilization` is 25.1, higher than usual. Usual is 5.978 (3.636 to 8.305).',
        '- How rare: once in 269 days on this metric',
        '- Since: 2026-11-25 14:20 UTC',
        '- Why you are told: it has just begun',
        '- Owner: `team-shop`',
      ].join('\n'),
      nextSteps: [
        '<https://runbooks.example/eks|Runbook>',
        `<${CONSOLE}|Metric in the CloudWatch console>`,
        `<${CHART}|Chart (for some hours)>`,
      ],
      keywords: ['page', 'firing', 'anomaly'],
    },
    metadata: {
      threadId: expect.stringMatching(/^[0-9a-f]{32}$/),
      summary: 'PAGE: EKS CPU on production-cluster',
      eventType: 'anomaly-firing',
      relatedResources: ['production-cluster', 'pod_cpu_utilization'],
      additionalContext: {
        state: 'firing',
        severity: 'page',
        condition: 'anomaly',
        reason: 'first-flagged',
        since: '2026-11-25T14:20:00Z',
        timestamp: '2026-11-25T14:20:00Z',
        transition_id: '00000000000000000000000000000001',
      },
    },
  });
});

test('Teams has its own way to write a link, with the brackets of the address in pairs', () => {
  const steps = (changes: Partial<AlertMessage>) => postOf(changes, 'teams').content.nextSteps;
  expect(steps({})).toEqual([
    '[Runbook](https://runbooks.example/eks)',
    `[Metric in the CloudWatch console](${CONSOLE})`,
    `[Chart (for some hours)](${CHART})`,
  ]);
  expect(steps({ runbook: 'https://r.example/a)b(c' })?.[0]).toBe(
    '[Runbook](https://r.example/a%29b%28c)',
  );
});

test('without anything to look at there are no next steps', () => {
  const { content } = postOf({ runbook: null, console_url: null, chart_url: null });
  expect(content).not.toHaveProperty('nextSteps');
});

describe('a thread', () => {
  const thread = (changes: Partial<AlertMessage>) => postOf(changes).metadata.threadId;

  test('has all that is told of one alert', () => {
    const later = { timestamp: '2026-11-25T15:20:00Z', transition_id: 'another' };
    expect(thread({ ...later, state: 'resolved', reason: 'recovered' })).toBe(thread({}));
    expect(thread({ ...later, reason: 'clearly-worse', severity: 'page' })).toBe(thread({}));
  });

  test.each<Partial<AlertMessage>>([
    { since: '2026-11-25T14:15:00Z' },
    { series: 'another' },
    { monitor: 'another' },
    { condition: 'no-data' },
  ])('has nothing of an alert with %j', (changes) => {
    expect(thread(changes)).not.toBe(thread({}));
  });

  test('is that of a group where there is one', async () => {
    const { message } = await groupOf([notificationOf(1, ALERT), notificationOf(2, ALERT)]);
    const { id, metadata } = customNotification(message, 'slack');
    expect([id, metadata.threadId]).toEqual([message.transition_id, message.transition_id]);
  });
});

test('many at once are one post, with the worst and a link to each', async () => {
  const alerts = Array.from({ length: 7 }, (_, i) =>
    notificationOf(i, {
      ...ALERT,
      cluster: `web-${i}`,
      rarity_days: 400 - i,
      runbook: null,
      chart_url: null,
      console_url: `https://console.example/${i}`,
    }),
  );
  const { content } = customNotification((await groupOf(alerts)).message, 'slack');

  expect(content.title).toBe('🔴 PAGE: 7 alerts at once');
  expect(content.description.split('\n')).toEqual([
    '7 of `EKS CPU`.',
    '- Since: 2026-11-25 14:20 UTC',
    ...[0, 1, 2, 3, 4].map(
      (i) =>
        `- ${i + 1}: \`EKS CPU\` on \`web-${i}\`: \`pod_cpu_utilization\` 25.1; usual 5.978; ` +
        `once in ${400 - i} days on this metric; since 2026-11-25 14:20 UTC`,
    ),
    '- and 2 more',
  ]);
  expect(content.nextSteps).toEqual(
    [0, 1, 2, 3, 4].map((i) => `${i + 1}: <https://console.example/${i}|console>`),
  );
});

test.each<[Partial<AlertMessage>, string]>([
  [{ state: 'resolved', reason: 'recovered' }, '🟢 RESOLVED: `EKS CPU` on `production-cluster`'],
  [{ severity: 'notice' }, '🟡 NOTICE: `EKS CPU` on `production-cluster`'],
])('of %j the title is %s', (changes, title) => {
  expect(postOf(changes).content.title).toBe(title);
});

describe('fault 28: hostile text', () => {
  const shownIn = ({ content, metadata }: ReturnType<typeof postOf>): string[] => [
    content.title,
    content.description,
    metadata.summary,
    ...metadata.relatedResources,
  ];

  test('calls nobody, links nowhere and is no markup, but code', () => {
    fc.assert(
      fc.property(hostileText(), fc.constantFrom('slack', 'teams'), (text, platform) => {
        const foreign = { alert: text, metric: text, cluster: text, owner: text, detail: text };
        const post = postOf({ ...foreign, runbook: text }, platform as ChatPlatform);
        for (const shown of shownIn(post)) {
          expect(shown).not.toMatch(/[<>@]|:\/\//);
          expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
        }
        for (const line of [post.content.title, ...post.content.description.split('\n')]) {
          // Code begins and ends on its line, and what is outside of it is ours.
          expect(line.split('`').length % 2).toBe(1);
          expect(line.replace(/`[^`]*`/g, '')).not.toMatch(/[*_~[\]|]/);
        }
        expect(JSON.stringify(post.metadata.additionalContext)).not.toContain('channel');
      }),
      { numRuns: 200 },
    );
  });

  test.each(['<!channel>', '<@U123>', '@here', '<https://evil.example|your bank>'])(
    'is shown and does nothing: %s',
    (text) => {
      const { title } = postOf({ cluster: text }).content;
      expect(title).toMatch(/^🔴 PAGE: `EKS CPU` on `[‹＠][^<>@`]+`$/);
    },
  );

  test.each(HOSTILE_TEXTS)('has a name even if it is %j', (text) => {
    expect(postOf({ alert: text }).content.title).toMatch(/^🔴 PAGE: `[^`]+` on /u);
  });

  test('is no link where an address should be', () => {
    for (const runbook of [
      'javascript:alert(1)',
      'https://a b',
      'https://a|b',
      'https://a>b',
      '/x',
    ]) {
      expect(postOf({ runbook, console_url: null, chart_url: null }).content).not.toHaveProperty(
        'nextSteps',
      );
    }
  });

  test('fault 13: never makes it longer than 32 KiB', () => {
    fc.assert(
      fc.property(hostileText(), fc.integer({ min: 1, max: 500 }), (text, times) => {
        const long = text.repeat(times);
        const foreign = { alert: long, metric: long, cluster: long, owner: long, detail: long };
        const post = postOf({ ...foreign, series: long, monitor: long, runbook: long });
        expect(post.content.description.length).toBeLessThanOrEqual(2_800);
        expect(Buffer.byteLength(JSON.stringify(post))).toBeLessThanOrEqual(32_768);
      }),
      { numRuns: 100 },
    );
  });
});
