import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchPlace, MetricLocator, MetricSource, ReadResult } from '@plumbline/core';
import pMap from 'p-map';
import { AwsCallError } from '../aws-call-error.ts';
import type { AwsClients } from '../clients.ts';
import { consoleLink } from './console-link.ts';
import { createDiscovery, type DiscoveryOptions } from './discovery.ts';
import {
  callOf,
  type PlannedCall,
  type PlannedSeries,
  planCalls,
  type WantedSeries,
} from './plan.ts';
import { type CallAnswer, readCall } from './read-call.ts';
import type { ConcreteLocator } from './series-name.ts';
import { resultOf } from './series-result.ts';

/** Requests on their way at once: a fifth of what CloudWatch takes a second leaves room for others. */
const CALLS_AT_ONCE = 10;
/** A series that CloudWatch itself stumbled over is asked for so many times. */
const MOST_TRIES = 3;

/**
 * Reads metrics and metric math with GetMetricData, and finds metrics with ListMetrics. Metrics in
 * another region, or reached through a role in another account, are asked for there.
 *
 * A metric that does not exist is complete and empty. Each series fails alone: a request that is
 * refused as a whole is halved until only what is wrong with it is refused.
 *
 * Permissions: cloudwatch:GetMetricData, cloudwatch:ListMetrics; sts:AssumeRole for roles.
 */
export function createCloudWatchMetricSource(
  clients: Pick<AwsClients, 'region' | 'cloudWatch'>,
  options: DiscoveryOptions = {},
): MetricSource {
  return {
    discover: createDiscovery(clients, options),
    async read(requests, { remainingMs } = {}) {
      const results: ReadResult[] = requests.map(() => ({ status: 'not-reached' }));
      const wanted = requests.flatMap((request, index) => {
        const locator = concrete(request.series.locator);
        if (locator !== undefined) return [{ ...request, locator, index }];
        const reason = `a series of ${request.series.locator.kind} is not in CloudWatch`;
        results[index] = { status: 'failed', reason, retryable: false };
        return [];
      });
      const calls = [...byPlace(wanted)].flatMap(([place, there]) => {
        const client = clients.cloudWatch(JSON.parse(place) as CloudWatchPlace);
        return planCalls(there).map((call) => ({ client, call }));
      });
      const read = async ({ client, call }: (typeof calls)[number]): Promise<void> => {
        for (const [index, result] of await readSeries(client, call, remainingMs)) {
          results[index] = result;
        }
      };
      await pMap(calls, read, { concurrency: CALLS_AT_ONCE });
      return results;
    },
    linkTo: ({ series, ...view }) => {
      const locator = concrete(series.locator);
      return locator === undefined ? null : consoleLink(locator, clients.region, view);
    },
  };
}

function concrete(locator: MetricLocator): ConcreteLocator | undefined {
  return locator.kind === 'csv' ? undefined : locator;
}

/** One client each. */
function byPlace(wanted: readonly WantedSeries[]): Map<string, WantedSeries[]> {
  const places = new Map<string, WantedSeries[]>();
  for (const want of wanted) {
    const { region, role } = want.locator;
    const key = JSON.stringify({ region, role } satisfies CloudWatchPlace);
    const there = places.get(key);
    if (there === undefined) places.set(key, [want]);
    else there.push(want);
  }
  return places;
}

/** The results of a call's series, each with the request it answers. */
async function readSeries(
  client: CloudWatchClient,
  call: PlannedCall,
  remainingMs: (() => number) | undefined,
  tries = 1,
): Promise<[index: number, result: ReadResult][]> {
  const answer = await readCall(client, call, remainingMs);
  const { stopped, message, answers } = answer;
  const refused = stopped instanceof AwsCallError && isAboutTheRequest(stopped);
  const inPart = call.series.length > 1 && (refused || (stopped === undefined && message !== ''));
  // What has an answer is paid for, and is not asked for again.
  const silent = inPart
    ? call.series.filter((one) => !idsOf(one).every((id) => answers.has(id)))
    : [];
  const stumbled = call.series.filter((one) =>
    idsOf(one).some((id) => answers.get(id)?.status === 'InternalError'),
  );
  const again = async (series: readonly PlannedSeries[], tried: number) =>
    series.length === 0 ? [] : readSeries(client, callOf(series), remainingMs, tried);
  const parts = silent.length < call.series.length ? [silent] : halvesOf(silent);
  const later = await Promise.all([
    ...parts.map((part) => again(part, tries)),
    ...(tries < MOST_TRIES ? [again(stumbled, tries + 1)] : []),
  ]);
  return [...resultsOf(call.series, answer), ...later.flat()]; // later ones count
}

/** Something in the request is wrong, and the rest of it would be answered. */
function isAboutTheRequest({ code }: AwsCallError): boolean {
  return /^(Validation|InvalidParameter|InvalidFormat|MissingRequired|MissingParameter)/.test(code);
}

function halvesOf<T>(series: readonly T[]): readonly (readonly T[])[] {
  const middle = Math.ceil(series.length / 2);
  return [series.slice(0, middle), series.slice(middle)];
}

/** The queries whose answers make a series. */
function idsOf({ valueId, countId = valueId }: PlannedSeries): readonly string[] {
  return [valueId, countId];
}

function resultsOf(
  series: readonly PlannedSeries[],
  answer: CallAnswer,
): [index: number, result: ReadResult][] {
  return series.flatMap((one) => {
    const result = resultOf(one, answer);
    return one.requests.map((index): [number, ReadResult] => [index, result]);
  });
}
