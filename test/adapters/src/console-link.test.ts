import type { MetricLocator } from '@plumbline/core';
import { HOSTILE_TEXTS, PERIOD_MS } from '@plumbline/core/testing';
import { describe, expect, test } from 'vitest';
import { locatorOf, seriesOf, startMetrics } from './testing/metrics.ts';

const FROM = Date.UTC(2026, 10, 24, 9);
const UNTIL = Date.UTC(2026, 10, 24, 12);

async function linkTo(locator: MetricLocator): Promise<string> {
  const { source } = await startMetrics();
  const view = { periodMs: PERIOD_MS, from: FROM, until: UNTIL };
  return source.linkTo?.({ series: seriesOf(locator), ...view }) ?? 'no link';
}

/** What the console reads out of an address. */
function graphOf(link: string): unknown {
  const [, text = ''] = link.split('#metricsV2:graph=');
  const [value, rest] = readValue(text);
  expect(rest).toBe('');
  return value;
}

/** `~'text`, `~12`, `~true`, `~(~1~2)` and `~(key~1~other~2)`; the rest of the text beside it. */
function readValue(text: string): [value: unknown, rest: string] {
  const [, quote, word = ''] = /^~('?)([^~()']*)/.exec(text) ?? [];
  if (quote) return [decodeText(word), text.slice(2 + word.length)];
  if (word !== '') return [JSON.parse(word), text.slice(1 + word.length)];
  let rest = text.slice('~('.length);
  if (rest.startsWith('~')) {
    const items: unknown[] = [];
    for (; rest.startsWith('~'); ) {
      const [item, after] = readValue(rest);
      items.push(item);
      rest = after;
    }
    return [items, rest.slice(1)];
  }
  const members: [string, unknown][] = [];
  while (!rest.startsWith(')')) {
    const [whole, key = ''] = /^~?([^~]*)/.exec(rest) ?? [''];
    const [member, after] = readValue(rest.slice(whole.length));
    members.push([decodeText(key), member]);
    rest = after;
  }
  return [Object.fromEntries(members), rest.slice(1)];
}

function decodeText(text: string): string {
  return text.replace(/\*\*([0-9a-f]{4})|\*([0-9a-f]{2})/g, (_, four, two) =>
    String.fromCharCode(Number.parseInt(four ?? two, 16)),
  );
}

describe('the link to the console', () => {
  test('opens the graph of the metric, over the span and the period of the series', async () => {
    const link = await linkTo(locatorOf('web', { statistic: 'p99' }));

    expect(link).toMatch(
      /^https:\/\/us-east-1\.console\.aws\.amazon\.com\/cloudwatch\/home\?region=us-east-1#metricsV2:graph=/,
    );
    expect(graphOf(link)).toEqual({
      metrics: [['Shop', 'Latency', 'Host', 'web', { stat: 'p99' }]],
      view: 'timeSeries',
      stacked: false,
      region: 'us-east-1',
      period: 300,
      start: '2026-11-24T09:00:00.000Z',
      end: '2026-11-24T12:00:00.000Z',
    });
  });

  test('opens math with what it is made of', async () => {
    const link = await linkTo({
      kind: 'cloudwatch-expression',
      expression: '100 * e / r',
      metrics: {
        e: locatorOf('web', { metric: 'Errors', statistic: 'Sum' }),
        r: locatorOf('web', { metric: 'Requests', statistic: 'Sum', dimensions: {} }),
      },
      label: 'error rate (%)',
    });

    expect(graphOf(link)).toMatchObject({
      metrics: [
        [{ expression: '100 * e / r', label: 'error rate (%)' }],
        ['Shop', 'Errors', 'Host', 'web', { stat: 'Sum', id: 'e', visible: false }],
        ['Shop', 'Requests', { stat: 'Sum', id: 'r', visible: false }],
      ],
    });
  });

  test.each([
    ['eu-west-1', 'eu-west-1.console.aws.amazon.com'],
    ['cn-north-1', 'cn-north-1.console.amazonaws.cn'],
    ['us-gov-west-1', 'us-gov-west-1.console.amazonaws-us-gov.com'],
  ])('leads to the console of the region of the metric: %s', async (region, host) => {
    const link = await linkTo(locatorOf('web', { region }));

    expect(new URL(link).host).toBe(host);
    expect(graphOf(link)).toMatchObject({ region });
  });

  test.each([
    ...HOSTILE_TEXTS,
    "web)~(x~'y",
    'web~',
    "'",
    '*2a',
    '**0000',
    '#metricsV2:graph=~()',
    '&region=x',
    'javascript:alert(1)',
  ])('fault 28: carries %j as a name and as nothing else', async (text) => {
    const link = await linkTo(locatorOf(text, { namespace: text, metric: text, statistic: text }));

    expect(link).toMatch(/^[\w.:/?=#~()'*-]+$/);
    expect(new URL(link).host).toBe('us-east-1.console.aws.amazon.com');
    expect(new URL(link).search).toBe('?region=us-east-1');
    expect(graphOf(link)).toMatchObject({
      metrics: [[text, text, 'Host', text, { stat: text }]],
      region: 'us-east-1',
    });
  });

  test('of a series of another source is none', async () => {
    expect(await linkTo({ kind: 'csv', path: 'web.csv' })).toBe('no link');
  });
});
