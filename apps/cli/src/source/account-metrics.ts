import type { ListedMetrics, ListMetricsOptions } from '@plumbline/aws-adapters';
import { withAws } from './aws-trouble.ts';

/** The metrics of an account, as they are listed. */
export interface AccountMetrics {
  /** @throws {AwsCallError} they cannot be listed */
  list(options?: ListMetricsOptions): Promise<ListedMetrics>;
}

/**
 * @param region - where nobody says otherwise
 * @throws {CommandError} there are no credentials
 */
export async function openAccount(region: string): Promise<AccountMetrics> {
  const { checkCredentials, createAwsClients, listMetrics } = await import(
    '@plumbline/aws-adapters'
  );
  const clients = createAwsClients({ region });
  await withAws(() => checkCredentials(clients));
  return { list: (options) => listMetrics(clients, options) };
}
