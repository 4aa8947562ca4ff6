import { EMAIL_FORMATS, HTTPS_FORMATS, type MessageFormats } from '@plumbline/aws-adapters';

/** What the function is told by its environment. */
export interface FunctionEnvironment {
  readonly topicArn: string;
  readonly bucket: string;
  readonly eventBusName: string;
  /** Whether pictures of pages are made. */
  readonly charts: boolean;
  /** How subscribers of the topics are told. */
  readonly formats: MessageFormats;
  /** Of an estate in several shards: how many, and the queue of what there is to do. */
  readonly fleet: { readonly shards: number; readonly queueUrl: string } | undefined;
  readonly region: string;
  /** An emulator on loopback wants buckets in the path. */
  readonly pathStyle: boolean;
}

/** @throws {Error} naming every variable that is missing or wrong, and what it is for */
export function readEnvironment(env: NodeJS.ProcessEnv): FunctionEnvironment {
  const problems: string[] = [];
  const read = (name: string, meaning: string, pattern: RegExp): string => {
    const value = env[name]?.trim() ?? '';
    if (value === '') problems.push(`${name} is not set: expected ${meaning}`);
    else if (!pattern.test(value)) {
      problems.push(`${name} is ${JSON.stringify(value)}: expected ${meaning}`);
    }
    return value;
  };
  const topicArn = read(
    'SNS_TOPIC_ARN',
    'the ARN of the topic for alerts',
    /^arn:aws[\w-]*:sns:[\w-]+:\d+:[\w-]+$/,
  );
  const bucket = read(
    'STATE_BUCKET',
    'the name of the bucket that keeps the state',
    /^[a-z0-9][a-z0-9.-]+$/,
  );
  const region = read('AWS_REGION', 'the region that the function runs in', /^[\w-]+$/);
  const shards = Number(env.SHARDS?.trim() || 1);
  if (!(Number.isInteger(shards) && shards >= 1)) {
    problems.push(`SHARDS is ${JSON.stringify(env.SHARDS)}: expected a whole number from 1 on`);
  }
  const queueUrl =
    shards > 1 ? read('WORK_QUEUE_URL', 'the URL of the queue of shards', /^https?:\/\/\S+$/) : '';
  const choose = <T extends string>(name: string, choices: readonly [T, ...T[]]): T => {
    const value = env[name]?.trim() || choices[0];
    const choice = choices.find((each) => each === value);
    if (choice === undefined) {
      problems.push(`${name} is ${JSON.stringify(value)}: expected ${choices.join(', ')}`);
    }
    return choice ?? choices[0];
  };
  const formats = {
    email: choose('EMAIL_FORMAT', EMAIL_FORMATS),
    https: choose('HTTPS_FORMAT', HTTPS_FORMATS),
  };
  const charts = choose('CHARTS', ['off', 'on']) === 'on';
  if (problems.length > 0) {
    throw new Error(
      `${problems.join('; ')}. The stack sets them: deploy again, or set them by hand`,
    );
  }
  return {
    topicArn,
    bucket,
    region,
    fleet: shards > 1 ? { shards, queueUrl } : undefined,
    eventBusName: env.EVENT_BUS_NAME?.trim() || 'default',
    charts,
    formats,
    pathStyle: isLoopback(env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL),
  };
}

function isLoopback(endpoint: string | undefined): boolean {
  if (endpoint === undefined || !URL.canParse(endpoint)) return false;
  return /^(localhost|127\.[\d.]+|\[::1\])$/.test(new URL(endpoint).hostname);
}
