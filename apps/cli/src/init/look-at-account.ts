import { type AccountMetrics, openAccount } from '../source/account-metrics.ts';
import { withAws } from '../source/aws-trouble.ts';
import { nearestOf } from '../source/nearest.ts';
import { createProgress } from '../view/progress.ts';
import { plural } from '../view/text.ts';
import type { Proposals } from './proposal.ts';
import { proposeMonitors } from './propose-metrics.ts';

/** The region that is used where nobody names one; undefined where nothing is set. */
export async function usualRegion(): Promise<string | undefined> {
  const { usualRegion: ofSdk } = await import('@plumbline/aws-adapters');
  return (await ofSdk()) ?? process.env.AWS_DEFAULT_REGION;
}

/**
 * Monitors for the metrics of a region that had a sample in the last three hours.
 *
 * @param namespaces - only these; all unless there are some
 * @throws {CommandError} AWS refuses, or cannot be asked
 */
export async function lookAtAccount({
  region,
  namespaces,
}: {
  readonly region: string;
  readonly namespaces: readonly string[];
}): Promise<Proposals & { readonly origin: string }> {
  const account = await openAccount(region);
  const progress = createProgress(0);
  const wanted = namespaces.length === 0 ? [undefined] : namespaces;
  const listed = await withAws(() =>
    Promise.all(
      wanted.map((namespace) =>
        account.list({
          namespace,
          recentlyActive: true,
          onPage: (metrics) => progress.next(`${plural(metrics, 'metric')} listed`),
        }),
      ),
    ),
  ).finally(progress.end);
  const metrics = listed.flatMap((each) => each.metrics);
  const { proposals, leftOut } = proposeMonitors(metrics);
  const unknown = metrics.length === 0 ? await nearNamespaces(account, namespaces) : [];
  const more = listed.some((each) => each.more)
    ? [`what is beyond the first ${metrics.length} metrics: name --namespace`]
    : [];
  const date = new Date().toISOString().slice(0, 10);
  return {
    proposals,
    leftOut: [...leftOut, ...unknown, ...more],
    origin: `Proposed by plumbline init from ${plural(metrics.length, 'metric')} alive in ${region}, ${date}`,
  };
}

/** What there is, where a namespace has nothing. */
async function nearNamespaces(
  account: AccountMetrics,
  namespaces: readonly string[],
): Promise<string[]> {
  if (namespaces.length === 0) return [];
  const { metrics } = await withAws(() => account.list({ recentlyActive: true }));
  const known = [...new Set(metrics.map(({ namespace }) => namespace))];
  return namespaces.map((namespace) => {
    const near = nearestOf(namespace, known);
    const hint = near === undefined ? '' : `; did you mean ${near}?`;
    return `${namespace}: no metric had a sample in the last three hours${hint}`;
  });
}
