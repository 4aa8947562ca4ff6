import {
  type MetricSource,
  type ReadRequest,
  type ReadResult,
  type RefusedSamples,
  type Samples,
  tidySamples,
} from '@plumbline/core';

/** All samples of a series in a span, or why there are not all. */
export type WholeResult =
  | { readonly samples: Samples; readonly refused: RefusedSamples }
  | {
      readonly reason: string;
      /** Up to where it could be read, ms since the epoch, when it broke off. */
      readonly readUntil?: number;
    };

/** A series that comes in more parts than this does not come to an end. */
const MOST_PARTS = 1000;

/**
 * Reads spans as a whole, however many parts the source gives them in. A half history is none: what breaks off is
 * told as such.
 *
 * @returns one result a request, in the order of the requests
 */
export async function readWhole(
  requests: readonly ReadRequest[],
  source: MetricSource,
): Promise<WholeResult[]> {
  const series = requests.map(createParts);
  let asking = series;
  for (let part = 0; asking.length > 0 && part < MOST_PARTS; part++) {
    const results = await source.read(asking.map((each) => each.next()));
    asking = asking.filter((each, i) => each.add(results[i]!));
  }
  return series.map((each) => each.whole());
}

function createParts(request: ReadRequest) {
  const timestamps: number[] = [];
  const values: number[] = [];
  let { after } = request;
  let reason: string | undefined = 'it does not come to an end';
  return {
    next: (): ReadRequest => ({ ...request, after }),
    /** Whether there is more to ask for. */
    add(result: ReadResult): boolean {
      if (result.status === 'failed' || result.status === 'not-reached') {
        reason = result.reason ?? 'it was not reached; try again';
        return false;
      }
      let newest = after;
      for (let i = 0; i < result.values.length; i++) {
        const timestamp = result.timestamps[i]!;
        timestamps.push(timestamp);
        values.push(result.values[i]!);
        if (timestamp > newest) newest = timestamp;
      }
      const goesOn = result.status === 'partial' && newest > after;
      if (result.status === 'complete') reason = undefined;
      after = newest;
      return goesOn;
    },
    whole(): WholeResult {
      if (reason === undefined) return tidySamples(timestamps, values);
      return { reason, ...(after > request.after && { readUntil: after }) };
    },
  };
}
