import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WatchedSeries } from '../pipeline/monitor.ts';
import type { MetricLocator } from '../ports/metric-source.ts';
import { anyText, HOSTILE_TEXTS } from '../testing/arbitraries.ts';
import { MONITOR, watch } from '../testing/scenario.ts';
import { type Matcher, matcherText, matches, matchesPattern } from './matcher.ts';

const LATENCY = {
  kind: 'cloudwatch',
  namespace: 'AWS/ApplicationELB',
  metric: 'TargetResponseTime',
  dimensions: { LoadBalancer: 'app/shop/1', TargetGroup: 'checkout' },
  statistic: 'p99',
  region: 'eu-central-1',
} as const;

/** A series in CloudWatch, under a monitor that somebody owns. */
function watchedAt(locator: MetricLocator, owner?: string): WatchedSeries {
  return {
    monitor: { ...MONITOR, name: 'latency', owner },
    series: { id: 'elb:1', locator, metric: 'TargetResponseTime', resource: 'app/shop/1' },
  };
}

const WATCHED = watchedAt(LATENCY, 'team-shop');
const fits = (matcher: Matcher, watched = WATCHED): boolean => matches(matcher, watched);

describe('a matcher', () => {
  test.each<Matcher>([
    { monitor: 'latency' },
    { series: 'elb:1' },
    { metric: 'TargetResponseTime' },
    { resource: 'app/shop/*' },
    { namespace: 'AWS/*' },
    { region: 'eu-*' },
    { owner: 'team-shop' },
    { LoadBalancer: 'app/*', TargetGroup: 'check*t' },
    {},
  ])('%j is about the series', (matcher) => {
    expect(fits(matcher)).toBe(true);
  });

  test.each<Matcher>([
    { monitor: 'latenc' },
    { monitor: 'LATENCY' },
    { region: 'us-east-1' },
    { LoadBalancer: 'app/*', TargetGroup: 'basket' },
    { Cluster: '*' },
    { metric: '' },
  ])('%j is not: each key has to fit', (matcher) => {
    expect(fits(matcher)).toBe(false);
  });

  test('of a key that the series does not have fits nothing, not even anything', () => {
    const nobody = watchedAt({ ...LATENCY, region: undefined, dimensions: {} });
    for (const key of ['owner', 'region', 'LoadBalancer', 'toString', '__proto__']) {
      const matcher = JSON.parse(`{${JSON.stringify(key)}: "*"}`) as Matcher;
      expect(fits(matcher, nobody), key).toBe(false);
    }
  });

  test('of an expression knows its region, and no namespace or dimensions, which are those of its parts', () => {
    const { kind: _, region, ...metric } = LATENCY;
    const expression = { kind: 'cloudwatch-expression', region, expression: 'a / b' } as const;
    const watched = watchedAt({ ...expression, metrics: { a: metric, b: metric }, label: 'rate' });
    expect(fits({ region: 'eu-*', monitor: 'lat*' }, watched)).toBe(true);
    expect(fits({ namespace: 'AWS/*' }, watched)).toBe(false);
    expect(fits({ LoadBalancer: '*' }, watched)).toBe(false);
  });

  test.each([
    ['cloudwatch://eu-west-1/AWS%2FEC2/CPUUtilization?InstanceId=i-1#Average', 'eu-west-1'],
    [
      'cloudwatch://arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Freader@eu-west-1/Shop/x',
      'eu-west-1',
    ],
    ['cloudwatch://eu-west-1/Shop/mail@us-east-1/x', 'eu-west-1'],
    ['somewhere://cloudwatch://eu-west-1/Shop/x', undefined],
    ['cloudwatch:///eu-west-1/Shop/x', undefined],
  ])('knows the region that a series names, where its monitor names none: %s', (id, region) => {
    const { monitor, series } = watchedAt({ ...LATENCY, region: undefined });
    const watched = { monitor, series: { ...series, id } };
    expect(fits({ region: '*' }, watched)).toBe(region !== undefined);
    expect(fits({ region: 'eu-west-1' }, watched)).toBe(region === 'eu-west-1');
  });

  test('of a file knows what is known of every series', () => {
    expect(fits({ series: 'web', resource: 'w*' }, watch('web'))).toBe(true);
    expect(fits({ namespace: '*' }, watch('web'))).toBe(false);
    expect(fits({ region: '*' }, watch('web'))).toBe(false);
    expect(fits({ region: '*' }, watch('cloudwatch://eu-west-1/web.csv'))).toBe(false);
  });

  test('fault 28: a value that looks like a pattern is a value', () => {
    const hostile = watchedAt({ ...LATENCY, dimensions: { Host: '*' } });
    expect(fits({ Host: 'web-1' }, hostile)).toBe(false);
    expect(fits({ Host: '*' }, hostile)).toBe(true);
  });

  test('says itself as one writes it', () => {
    expect(matcherText({ monitor: 'CPU', Host: 'web-*' })).toBe('monitor=CPU Host=web-*');
    expect(matcherText({})).toBe('every series');
  });
});

describe('a pattern', () => {
  test.each([
    ['*', ''],
    ['*', 'anything'],
    ['web-*', 'web-'],
    ['*-1', 'web-1'],
    ['w*b', 'wb'],
    ['w*b', 'web-b'],
    ['*b*', 'web-1'],
    ['a*b*c', 'a-c-b-b-c'],
    ['**', 'x'],
    ['a**c', 'abc'],
    ['', ''],
  ])('%j fits %j', (pattern, text) => {
    expect(matchesPattern(pattern, text)).toBe(true);
  });

  test.each([
    ['web', 'web-1'],
    ['web', 'a web'],
    ['web-*', 'a web-1'],
    ['*-1', 'web-12'],
    ['a*a', 'a'],
    ['ab*ba', 'aba'],
    ['a*b*c', 'a-c-b'],
    ['a*bc*c', 'a-bc'],
    ['', 'x'],
    ['.', 'x'],
    ['[a-z]', 'b'],
    ['\\*', 'x'],
    ['?', 'x'],
  ])('%j does not fit %j', (pattern, text) => {
    expect(matchesPattern(pattern, text)).toBe(false);
  });

  test('without a star is the text itself', () => {
    const starless = anyText().map((text) => text.replaceAll('*', ''));
    fc.assert(
      fc.property(starless, anyText(), (pattern, text) => {
        expect(matchesPattern(pattern, text)).toBe(pattern === text);
        expect(matchesPattern(pattern, pattern)).toBe(true);
      }),
    );
  });

  // The other way to say the same: a regular expression in which all but the star is quoted.
  test('fits what a regular expression of the same meaning fits', () => {
    const few = (symbols: string) =>
      fc.array(fc.constantFrom(...symbols), { maxLength: 8 }).map((all) => all.join(''));
    fc.assert(
      fc.property(few('ab.*'), few('ab.*'), (pattern, text) => {
        const quoted = pattern.split('*').map((part) => part.replaceAll('.', '\\.'));
        const expression = new RegExp(`^${quoted.join('[^]*')}$`);
        expect(matchesPattern(pattern, text)).toBe(expression.test(text));
      }),
      { numRuns: 2000 },
    );
  });

  test('takes hostile texts for what they are', () => {
    for (const text of HOSTILE_TEXTS) {
      expect(matchesPattern(text, text)).toBe(true);
      expect(matchesPattern(`*${text}`, `before ${text}`)).toBe(true);
      expect(matchesPattern(`${text}x`, text)).toBe(false);
    }
  });

  test('fault 28: comes to an end with a text of 100,000 characters made to slow it down', {
    timeout: 5_000,
  }, () => {
    const text = 'a'.repeat(100_000);
    expect(matchesPattern(`${'a*'.repeat(50)}b`, text)).toBe(false);
    expect(matchesPattern(`${'*a'.repeat(50)}b*`, text)).toBe(false);
    expect(matchesPattern(`*${'a'.repeat(50)}b*`, text)).toBe(false);
    expect(matchesPattern(`${'*a'.repeat(500)}*`, text)).toBe(true);
  });
});
