import { type AwsClients, createAwsClients } from '@plumbline/aws-adapters';
import { type AwsDouble, type AwsDoubleOptions, createAwsDouble } from '@plumbline/harness';
import { onTestFinished, vi } from 'vitest';

/** What the SDK may know of its surroundings here: nothing of whoever runs the tests. */
const ENVIRONMENT = {
  AWS_ACCESS_KEY_ID: 'AKIDTEST',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: undefined,
  AWS_PROFILE: undefined,
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
};

/** The adapters' own clients, for whatever answers at this endpoint, until the end of the test. */
export function clientsAt(endpoint: string, region = 'us-east-1'): AwsClients {
  for (const [name, value] of Object.entries({ ...ENVIRONMENT, AWS_ENDPOINT_URL: endpoint })) {
    vi.stubEnv(name, value);
  }
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  return createAwsClients({ region, pathStyle: true });
}

/** A double and the clients for it, until the end of the test. */
export async function startAws(
  options: AwsDoubleOptions = {},
): Promise<{ readonly aws: AwsDouble; readonly clients: AwsClients }> {
  const aws = await createAwsDouble(options);
  onTestFinished(() => aws.close());
  return { aws, clients: clientsAt(aws.endpoint, aws.region) };
}

/** How often an operation was called, refused calls and repeats included. */
export function callsOf(aws: AwsDouble, operation: string): AwsDouble['calls'] {
  return aws.calls.filter((call) => call.operation === operation);
}

/** From now on an operation takes a while. @returns the most of its calls that were on their way at once */
export function mostAtOnce(aws: AwsDouble, operation: string): () => number {
  let asked = 0;
  let most = 0;
  aws.fail({
    operation,
    when: () => {
      asked += 1;
      most = Math.max(most, asked - callsOf(aws, operation).length); // recorded when they are answered
      return true;
    },
    with: { delayMs: 20 },
  });
  return () => most;
}
