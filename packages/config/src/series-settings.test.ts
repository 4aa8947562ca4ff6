import { describe, expect, test } from 'vitest';
import {
  ConfigError,
  defaultSeriesSettings,
  parseConfig,
  parseSeriesSettings,
  resolveSeries,
  withDetector,
} from './index.ts';

const FIVE_MINUTES = 300_000;
const DAY = 86_400_000;
const CONFIG = `
version: 1
defaults: {detector: {type: z-score, threshold: 4}}
monitors:
  - {name: files, csv: a.csv, period: 1m, direction: above}
  - {name: cloud, metric: {namespace: AWS/EC2, name: CPUUtilization}}
  - {name: more, csv: b.csv, window: 2d}
`;

describe('the settings of a series', () => {
  test('without a configuration are the defaults of one, but for the period', () => {
    const [monitor] = parseConfig('version: 1\nmonitors: [{name: x, csv: x.csv}]').monitors;
    const { name: _, source: __, ...defaults } = monitor!;
    expect(resolveSeries(defaultSeriesSettings(), FIVE_MINUTES).monitor).toMatchObject(defaults);
    expect(resolveSeries(defaultSeriesSettings(), 60_000).monitor).toMatchObject({
      periodMs: 60_000,
      detector: { type: 'adaptive', periodMs: 60_000, timeZone: 'UTC' },
    });
  });

  test('are those of each monitor of files, and of the defaults', () => {
    const { ofMonitors, ofOthers } = parseSeriesSettings(CONFIG, 'plumbline.yaml');
    expect(ofMonitors.map(({ csv }) => csv)).toEqual(['a.csv', 'b.csv']);
    const [a, b] = ofMonitors.map((settings) => resolveSeries(settings, FIVE_MINUTES).monitor);
    expect(a).toMatchObject({ periodMs: 60_000, direction: 'above', detector: { threshold: 4 } });
    expect(b).toMatchObject({ periodMs: FIVE_MINUTES, trainingMs: 2 * DAY });
    expect(resolveSeries(ofOthers, FIVE_MINUTES).monitor).toMatchObject({ trainingMs: 14 * DAY });
  });

  test('take the period from the defaults only where one is written there', () => {
    const written = CONFIG.replace('defaults: {', 'defaults: {period: 5m, ');
    const { ofOthers } = parseSeriesSettings(written, 'plumbline.yaml');
    expect(resolveSeries(ofOthers, 60_000).monitor.periodMs).toBe(FIVE_MINUTES);
  });

  test('refuse a configuration as parseConfig does', () => {
    expect(() => parseSeriesSettings('version: 2', 'plumbline.yaml')).toThrow(ConfigError);
  });

  test.each([
    [DAY, 'samples are 1d apart, so that a window of 2w holds 14: took one of 200d', 200],
    [
      1000,
      'samples are 1s apart, so that a window of 2w holds 1,209,600: took one of 100000s',
      1e5,
    ],
  ])('make the window fit samples that are %d ms apart, and say so', (periodMs, said, samples) => {
    const { monitor, remark } = resolveSeries(
      withDetector(defaultSeriesSettings(), 'z-score'),
      periodMs,
    );
    expect(remark).toBe(said);
    expect(monitor.detector).toMatchObject({ windowSamples: samples, periodMs });
    expect(resolveSeries(defaultSeriesSettings(), FIVE_MINUTES).remark).toBeUndefined();
  });

  test.each([1000, 10_000, DAY])(
    'leave the window alone where the detector keeps none, also at %d ms',
    (periodMs) => {
      const { monitor, remark } = resolveSeries(defaultSeriesSettings(), periodMs);
      expect(remark).toBeUndefined();
      expect(monitor).toMatchObject({ periodMs, trainingMs: 14 * DAY });
    },
  );

  test('carry the policy and the time zone', () => {
    const text = `
version: 1
defaults: {timeZone: Asia/Tokyo, sensitivity: 2}
monitors: [{name: a, csv: a.csv, rearm: 1d, minEffect: {absolute: 5}}]
`;
    const { ofMonitors } = parseSeriesSettings(text, 'plumbline.yaml');
    expect(resolveSeries(ofMonitors[0]!, FIVE_MINUTES).monitor).toMatchObject({
      sensitivity: 2,
      rearmMs: DAY,
      minEffect: { absolute: 5 },
      detector: { type: 'adaptive', timeZone: 'Asia/Tokyo' },
    });
  });

  test('take another detector with its defaults', () => {
    const { ofOthers } = parseSeriesSettings(CONFIG, 'plumbline.yaml');
    const { detector } = resolveSeries(withDetector(ofOthers, 'z-score'), FIVE_MINUTES).monitor;
    expect(detector).toMatchObject({ type: 'z-score', threshold: 3 });
    expect(() => withDetector(ofOthers, 'z-scor')).toThrow('did you mean z-score?');
    expect(() => withDetector(ofOthers, 'static-threshold')).toThrow('at least one of above');
  });
});
