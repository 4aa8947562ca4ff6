import { describe, expect, it } from 'vitest';
import {
  ask,
  CPU,
  everyPage,
  HOUR,
  MINUTE,
  NOW,
  query,
  series,
  started,
} from './testing/metric-data.ts';

describe('Metric math in GetMetricData', () => {
  it('computes expressions of metrics that are not returned themselves', async () => {
    const { aws, cloudwatch } = await started();
    aws.cloudwatch.put({ ...CPU, metric: 'errors' }, series(3, MINUTE));
    aws.cloudwatch.put(
      { ...CPU, metric: 'requests' },
      series(3, MINUTE, () => 4),
    );
    const { MetricDataResults } = await ask(cloudwatch, [
      { Id: 'rate', Expression: '100 * errors / requests', Label: 'Error rate' },
      { ...query('errors', 'Sum', 60, { ...CPU, metric: 'errors' }), ReturnData: false },
      { ...query('requests', 'Sum', 60, { ...CPU, metric: 'requests' }), ReturnData: false },
    ]);
    expect(MetricDataResults).toHaveLength(1);
    expect(MetricDataResults![0]).toMatchObject({
      Id: 'rate',
      Label: 'Error rate',
      Values: [0, 25, 50],
      StatusCode: 'Complete',
    });
  });

  it('fills what was asked for, and no more', async () => {
    const { aws, cloudwatch } = await started();
    aws.cloudwatch.put(CPU, { timestamps: [NOW - 3 * MINUTE], values: [9] });
    const { MetricDataResults } = await ask(
      cloudwatch,
      [
        { Id: 'filled', Expression: 'FILL(m, 0)' },
        { ...query('m', 'Sum'), ReturnData: false },
      ],
      { StartTime: new Date(NOW - 5 * MINUTE) },
    );
    expect(MetricDataResults![0]!.Values).toEqual([0, 0, 9, 0, 0]);
  });

  it('does not fill the future', async () => {
    const { cloudwatch } = await started();
    const { MetricDataResults } = await ask(
      cloudwatch,
      [
        { Id: 'filled', Expression: 'FILL(m, 0)' },
        { ...query('m', 'Sum'), ReturnData: false },
      ],
      { StartTime: new Date(NOW - 5 * MINUTE), EndTime: new Date(NOW + HOUR) },
    );
    expect(MetricDataResults![0]!.Values).toHaveLength(5);
  });

  it('moves a result that does not fit to the next page, whole', async () => {
    const { aws, cloudwatch } = await started();
    aws.cloudwatch.put(CPU, series(30, MINUTE));
    const queries = [query('m', 'Sum'), { Id: 'e', Expression: 'm * 2' }];
    const { pages, points } = await everyPage(cloudwatch, queries, { MaxDatapoints: 40 });
    expect(pages).toHaveLength(2);
    expect(pages[0]!.MetricDataResults!.map(({ Values }) => Values!.length)).toEqual([30, 0]);
    expect(pages[1]!.MetricDataResults!.map(({ Id }) => Id)).toEqual(['e']);
    expect(points.get('e')).toHaveLength(30);
  });

  it('cuts a result that is longer than a page, without a token', async () => {
    const { aws, cloudwatch } = await started();
    aws.cloudwatch.put(CPU, series(30, MINUTE));
    const answer = await ask(
      cloudwatch,
      [
        { ...query('m', 'Sum'), ReturnData: false },
        { Id: 'e', Expression: 'm * 2' },
      ],
      { MaxDatapoints: 20 },
    );
    expect(answer.NextToken).toBeUndefined();
    expect(answer.MetricDataResults![0]).toMatchObject({ StatusCode: 'PartialData' });
    expect(answer.MetricDataResults![0]!.Values).toHaveLength(20);
  });

  it('refuses an expression even before its page, and when it is not returned', async () => {
    const { aws, cloudwatch } = await started();
    aws.cloudwatch.put(CPU, series(30, MINUTE));
    const wrong = { Id: 'e', Expression: 'm * nobody' };
    for (const expression of [wrong, { ...wrong, ReturnData: false }]) {
      await expect(
        ask(cloudwatch, [query('m', 'Sum'), expression], { MaxDatapoints: 10 }),
      ).rejects.toMatchObject({
        message: expect.stringMatching(/^Error in expression 'e': nobody/),
      });
    }
  });

  it.each([
    ['m +', /ends where a value/],
    ['m + nobody', /nobody is the id of no query/],
    ['e', /depends on itself/],
    ['1 + 1', /not a number/],
    ['WHAT(m)', /WHAT is not known/],
    ['m $ 2', /cannot read it from position/],
  ])('refuses the expression %s', async (Expression, message) => {
    const { cloudwatch } = await started();
    await expect(
      ask(cloudwatch, [query('m', 'Sum'), { Id: 'e', Expression }]),
    ).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(message),
    });
  });
});
