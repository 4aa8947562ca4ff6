import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { renderReport } from './render-report.ts';
import type { ReportAlert, ReportData, ReportSeries } from './report-data.ts';

const FROM = Date.UTC(2026, 9, 5);
const PERIOD_MS = 300_000;
const ATTACK = `</script><img src=x onerror=alert(1)>'"&`;

const alert: ReportAlert = {
  id: '0123456789abcdef0123456789abcdef',
  severity: 'page',
  condition: 'anomaly',
  reason: 'first-flagged',
  since: FROM + PERIOD_MS,
  until: FROM + 3 * PERIOD_MS,
  side: 'above',
  worst: { timestamp: FROM + PERIOD_MS, value: 88.2, deviationFactor: 9 },
  expected: 34.23,
  lower: 30,
  upper: 40,
  rarityDays: 269,
};

function seriesWith(others: Partial<ReportSeries> = {}): ReportSeries {
  const timestamps = Float64Array.from({ length: 12 }, (_, i) => FROM + i * PERIOD_MS);
  return {
    monitor: 'EC2 CPU',
    metric: 'CPUUtilization',
    resource: 'i-0a',
    locator: 'AWS/EC2 CPUUtilization InstanceId=i-0a Average',
    detector: 'adaptive',
    periodMs: PERIOD_MS,
    owner: null,
    runbook: null,
    consoleUrl: null,
    from: FROM,
    until: FROM + 7 * 86_400_000,
    timestamps,
    values: timestamps.map((_, i) => 30 + i),
    expected: timestamps.map(() => 35),
    lower: timestamps.map(() => Number.NEGATIVE_INFINITY),
    upper: timestamps.map(() => Number.NaN),
    alerts: [],
    spans: [],
    ...others,
  };
}

function reportWith(series: readonly ReportSeries[], others: Partial<ReportData> = {}): ReportData {
  return {
    title: 'plumbline.yaml',
    createdAt: FROM + 20 * PERIOD_MS,
    from: FROM,
    until: FROM + 7 * 86_400_000,
    weeks: 1,
    pagesPerWeek: 20,
    alternatives: [],
    labelled: null,
    series,
    notes: [],
    ...others,
  };
}

/** What a reader sees of it, more or less: tags away, entities back. */
function textOf(page: string): string {
  const body = page.slice(page.indexOf('<body>')).replace(/<(script|style).*?<\/\1>/gs, '');
  const text = body.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
  return text
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&');
}

describe('a report', () => {
  test('says at the top what was judged and what came of it', () => {
    const text = textOf(renderReport(reportWith([seriesWith({ alerts: [alert] }), seriesWith()])));
    expect(text).toContain('Mon 5 Oct 2026 00:00 to Mon 12 Oct 2026 00:00 UTC , 7d');
    expect(text).toContain('Pages 1 1 a week; the budget is 20');
    expect(text).toContain('Series 2 1 with alerts, 0 still open; 24 samples');
  });

  test('says when there are more pages than the budget has', () => {
    const alerts = ['a', 'b', 'c'].map((id) => ({ ...alert, id: id.repeat(32) }));
    const data = reportWith([seriesWith({ alerts })], { pagesPerWeek: 2 });
    expect(textOf(renderReport(data))).toContain('Over budget: 3 a week; the budget is 2');
  });

  test('sets what others would have sent beside it, and what people have labelled', () => {
    const data = reportWith([seriesWith({ alerts: [alert] })], {
      alternatives: [{ name: 'z-score, 3 σ', messages: 1221, perWeek: 610.5 }],
      labelled: { found: 3, incidents: 4, falsePages: 1 },
      notes: ['two files could not be read'],
    });
    const text = textOf(renderReport(data));
    expect(text).toContain('This configuration: 1 page , 0 notices 1 1');
    expect(text).toContain('z-score, 3 σ 1,221 611');
    expect(text).toContain('Labelled incidents found 3 of 4 1 page outside of them');
    expect(text).toContain('two files could not be read');
  });

  test('leads from each alert of the table to its place, which has a name of its own', () => {
    const page = renderReport(reportWith([seriesWith({ alerts: [alert] })]));
    expect(page).toContain(`href="#alert-${alert.id}"`);
    expect(page.split(`id="alert-${alert.id}"`)).toHaveLength(2);
    expect(textOf(page)).toContain(
      'Page Mon 5 Oct 00:05 lasted 10m ▲ 88.2 , usual 34.23 (30 to 40) once in 269 d',
    );
  });

  test('gives no name twice, also where two series are alike', () => {
    const page = renderReport(reportWith([seriesWith(), seriesWith(), seriesWith()]));
    const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    expect(ids.length).toBeGreaterThan(10);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('names a series the same whatever else is in it, so that links go on to lead there', () => {
    const other = seriesWith({ monitor: 'another', alerts: [alert] });
    const idIn = (series: readonly ReportSeries[]) =>
      /id="(monitor-[0-9a-f]{12})" aria/.exec(
        renderReport(reportWith(series))
          .split('data-search="ec2 cpu')[0]!
          .split('<article')
          .at(-1)!,
      )?.[1];
    expect(idIn([seriesWith()])).toMatch(/^monitor-/);
    expect(idIn([other, seriesWith()])).toBe(idIn([seriesWith()]));
  });

  test('has the series with alerts first, pages before notices', () => {
    const named = (monitor: string, severity?: 'page' | 'notice') =>
      seriesWith({
        monitor,
        alerts: severity === undefined ? [] : [{ ...alert, severity, id: monitor.repeat(8) }],
      });
    const page = renderReport(
      reportWith([named('calm'), named('told', 'notice'), named('woke', 'page')]),
    );
    const order = [...page.matchAll(/<h3[^>]*><a[^>]*><bdi>(\w+)/g)].map(([, name]) => name);
    expect(order).toEqual(['woke', 'told', 'calm']);
  });

  test('tells in words what a chart shows', () => {
    const page = renderReport(reportWith([seriesWith({ alerts: [{ ...alert, until: null }] })]));
    expect(page).toContain(
      'aria-label="CPUUtilization of i-0a: 12 samples, every 5m, from Mon 5 Oct 00:00 to Mon 5 Oct 00:55 UTC, ' +
        'between 30 and 41, the middle half between 33 and 38. Page from Mon 5 Oct 00:05, still open, worst 88.2 above normal."',
    );
  });

  test('is a page without alerts and without samples too', () => {
    const none = new Float64Array(0);
    const empty = { timestamps: none, values: none, expected: none, lower: none, upper: none };
    const text = textOf(renderReport(reportWith([seriesWith(empty)])));
    expect(text).toContain('None: nothing would have been sent.');
    expect(text).toContain('No samples.');
    expect(textOf(renderReport(reportWith([])))).toContain('Series 0');
  });
});

describe('text from outside', () => {
  const hostile = seriesWith({
    monitor: ATTACK,
    metric: ATTACK,
    resource: ATTACK,
    locator: ATTACK,
    detector: ATTACK,
    owner: ATTACK,
    runbook: `javascript:alert(1)//${ATTACK}`,
    consoleUrl: 'javascript:alert(1)',
    alerts: [{ ...alert, id: ATTACK }],
  });
  const page = renderReport(
    reportWith([hostile], {
      title: ATTACK,
      notes: [ATTACK],
      alternatives: [{ name: ATTACK, messages: 1, perWeek: 1 }],
    }),
  );

  test('is text wherever it stands', () => {
    expect(page).not.toContain('<img');
    expect(page).not.toContain('</script><');
    expect(textOf(page)).toContain(ATTACK);
  });

  test('ends no block of data early', () => {
    const about = /<script type="application\/json" class="about">(.*?)<\/script>/s.exec(page)?.[1];
    expect(JSON.parse(about ?? '').alerts[0].id).toBe(ATTACK);
  });

  test('is a link only where it is an address of the web', () => {
    expect(page).not.toMatch(/href="javascript:/i);
    const linked = seriesWith({
      runbook: 'https://wiki.example.com/a?b="c"',
      consoleUrl: 'data:text/html,x',
    });
    const links = [
      ...renderReport(reportWith([linked])).matchAll(/<a href="([a-z][^"]*)"([^>]*)>/g),
    ];
    expect(links.map(([, address]) => address)).toEqual(['https://wiki.example.com/a?b=%22c%22']);
    expect(links[0]?.[2]).toContain('rel="noreferrer noopener"');
  });

  test('cannot turn the reading direction around, or hide', () => {
    const turned = renderReport(reportWith([seriesWith({ monitor: 'a\u202Egpj.exe\u200B' })]));
    expect(turned).toContain('a\\u202egpj.exe\\u200b');
    expect(turned).not.toContain('\u202E');
  });
});

describe('the file', () => {
  const page = renderReport(reportWith([seriesWith({ alerts: [alert] })]));

  test('lets only its own script and its own style in, by their digests', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1];
    const digestOf = (tag: string) => {
      const text = new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(page)?.[1] ?? '';
      return `sha256-${createHash('sha256').update(text).digest('base64')}`;
    };
    expect(policy).toContain('default-src &#39;none&#39;');
    expect(policy).toContain(digestOf('script'));
    expect(policy).toContain(digestOf('style'));
    expect(policy).not.toContain('unsafe');
  });

  test('names nothing that a browser would fetch', () => {
    const fetched = [
      ...page.matchAll(/<(?:img|link|script|iframe|source)\b[^>]*?(?:src|href)="([^"]*)"/g),
    ];
    expect(fetched.map(([, address]) => address?.slice(0, 5))).toEqual(['data:']);
    expect(page).not.toMatch(/@import|url\((?!["']?data:)/);
  });

  test('carries the licences of what is in it', () => {
    expect(page).toContain('Permission is hereby granted, free of charge');
    expect(page).toContain('Leon Sorokin');
    expect(page).toContain('Arjun Barrett');
  });
});
