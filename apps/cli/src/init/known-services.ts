import type { KnownService } from './known-metric.ts';
import { COMPUTE_SERVICES } from './services/compute.ts';
import { MESSAGING_SERVICES } from './services/messaging.ts';
import { NETWORK_SERVICES } from './services/network.ts';
import { STORAGE_SERVICES } from './services/storage.ts';

/** By their namespace. */
export const KNOWN_SERVICES: ReadonlyMap<string, KnownService> = new Map(
  [COMPUTE_SERVICES, MESSAGING_SERVICES, NETWORK_SERVICES, STORAGE_SERVICES]
    .flat()
    .map((service) => [service.namespace, service]),
);

/**
 * Namespaces that tell of nothing that could be wrong with what somebody runs: quotas, advice, bills, and
 * what Plumbline says of itself.
 */
export const NOT_WATCHED: ReadonlySet<string> = new Set([
  'AWS/Usage',
  'AWS/TrustedAdvisor',
  'AWS/Billing',
  'AWS/CloudWatch/MetricStreams',
  'Plumbline',
]);
