import { describe, expect, test } from 'vitest';
import { readEnvironment } from './environment.ts';

const ENV = {
  SNS_TOPIC_ARN: 'arn:aws:sns:eu-central-1:123456789012:anomaly-alerts',
  STATE_BUCKET: 'plumbline-state-20260101',
  EVENT_BUS_NAME: 'alerts',
  AWS_REGION: 'eu-central-1',
};

test('the variables that the stack sets are taken as they are', () => {
  expect(readEnvironment(ENV)).toEqual({
    topicArn: ENV.SNS_TOPIC_ARN,
    bucket: ENV.STATE_BUCKET,
    eventBusName: 'alerts',
    charts: false,
    formats: { email: 'text', https: 'json' },
    region: 'eu-central-1',
    fleet: undefined,
    pathStyle: false,
  });
});

const QUEUE_URL = 'https://sqs.eu-central-1.amazonaws.com/123456789012/detector-shards';

describe('an estate in several shards', () => {
  test('has their number and a queue', () => {
    const env = { ...ENV, SHARDS: '20', WORK_QUEUE_URL: QUEUE_URL };
    expect(readEnvironment(env).fleet).toEqual({ shards: 20, queueUrl: QUEUE_URL });
  });

  test.each([undefined, '', ' ', '1'])(
    'is none with SHARDS of %j, whatever the queue',
    (shards) => {
      for (const url of [undefined, 'nonsense', QUEUE_URL]) {
        const env = { ...ENV, SHARDS: shards, WORK_QUEUE_URL: url };
        expect(readEnvironment(env).fleet).toBeUndefined();
      }
    },
  );

  test.each(['0', '-2', '2.5', 'many', '1e999', '2,3'])('cannot have %s shards', (shards) => {
    expect(() => readEnvironment({ ...ENV, SHARDS: shards, WORK_QUEUE_URL: QUEUE_URL })).toThrow(
      `SHARDS is ${JSON.stringify(shards)}: expected a whole number from 1 on. The stack sets them`,
    );
  });

  test('needs a queue, which is said with all else that is missing', () => {
    expect(() => readEnvironment({ SHARDS: '2' })).toThrow(
      /STATE_BUCKET is not set: .*; WORK_QUEUE_URL is not set: expected the URL of the queue of shards/,
    );
    expect(() => readEnvironment({ ...ENV, SHARDS: '2', WORK_QUEUE_URL: 'shards' })).toThrow(
      'WORK_QUEUE_URL is "shards": expected the URL of the queue of shards',
    );
  });
});

test.each([
  [undefined, false],
  ['off', false],
  ['on', true],
])('with CHARTS of %j pictures are made: %s', (value, charts) => {
  expect(readEnvironment({ ...ENV, CHARTS: value }).charts).toBe(charts);
  expect(() => readEnvironment({ ...ENV, CHARTS: 'yes' })).toThrow(
    'CHARTS is "yes": expected off, on',
  );
});

describe('the formats of messages', () => {
  test('are those that the stack sets', () => {
    const env = { ...ENV, EMAIL_FORMAT: 'json', HTTPS_FORMAT: ' amazon-q-teams' };
    expect(readEnvironment(env).formats).toEqual({ email: 'json', https: 'amazon-q-teams' });
  });

  test('are no others than there are', () => {
    const env = { ...ENV, EMAIL_FORMAT: 'html', HTTPS_FORMAT: 'slack' };
    expect(() => readEnvironment(env)).toThrow(
      'EMAIL_FORMAT is "html": expected text, json; ' +
        'HTTPS_FORMAT is "slack": expected json, amazon-q-slack, amazon-q-teams. The stack sets them',
    );
  });
});

test('blanks around a value that was set by hand do no harm', () => {
  expect(readEnvironment({ ...ENV, STATE_BUCKET: ' state\n' }).bucket).toBe('state');
});

test.each([[undefined], [''], ['  ']])('without a bus (%j) it is the default one', (name) => {
  expect(readEnvironment({ ...ENV, EVENT_BUS_NAME: name }).eventBusName).toBe('default');
});

test.each([
  ['SNS_TOPIC_ARN', 'the ARN of the topic for alerts'],
  ['STATE_BUCKET', 'the name of the bucket that keeps the state'],
  ['AWS_REGION', 'the region that the function runs in'],
])('a missing %s is named, with what it is for and what to do', (name, meaning) => {
  for (const value of [undefined, '', ' ']) {
    expect(() => readEnvironment({ ...ENV, [name]: value })).toThrow(
      new Error(
        `${name} is not set: expected ${meaning}. The stack sets them: deploy again, or set them by hand`,
      ),
    );
  }
});

test.each([
  ['SNS_TOPIC_ARN', 'anomaly-alerts'],
  ['SNS_TOPIC_ARN', 'arn:aws:sqs:eu-central-1:123456789012:anomaly-alerts'],
  ['SNS_TOPIC_ARN', 'arn:aws:sns:eu-central-1:123456789012:anomaly-alerts:b1c2'],
  ['STATE_BUCKET', 's3://state'],
  ['STATE_BUCKET', 'State'],
  ['AWS_REGION', 'eu central'],
])('%s of %j is refused and shown', (name, value) => {
  expect(() => readEnvironment({ ...ENV, [name]: value })).toThrow(
    `${name} is ${JSON.stringify(value)}: expected `,
  );
});

test.each([
  'arn:aws-cn:sns:cn-north-1:123456789012:alerts',
  'arn:aws-us-gov:sns:us-gov-west-1:123456789012:Alerts_1',
])('a topic in another partition is one too: %s', (arn) => {
  expect(readEnvironment({ ...ENV, SNS_TOPIC_ARN: arn }).topicArn).toBe(arn);
});

test('everything that is wrong is said at once', () => {
  expect(() => readEnvironment({ SNS_TOPIC_ARN: 'alerts' })).toThrow(
    /^SNS_TOPIC_ARN is "alerts": .*; STATE_BUCKET is not set: .*; AWS_REGION is not set: /,
  );
});

describe('buckets are addressed by path', () => {
  test.each([
    ['http://127.0.0.1:5000', true],
    ['http://localhost:5000', true],
    ['http://[::1]:5000', true],
    ['https://s3.eu-central-1.amazonaws.com', false],
    ['https://localhost.example.com', false],
    ['not an address', false],
  ])('when the endpoint is on loopback: %s', (endpoint, pathStyle) => {
    expect(readEnvironment({ ...ENV, AWS_ENDPOINT_URL: endpoint }).pathStyle).toBe(pathStyle);
  });

  test('the endpoint of S3 counts before the one of all services', () => {
    const env = {
      ...ENV,
      AWS_ENDPOINT_URL: 'http://127.0.0.1:5000',
      AWS_ENDPOINT_URL_S3: 'https://s3.eu-central-1.amazonaws.com',
    };
    expect(readEnvironment(env).pathStyle).toBe(false);
  });
});
