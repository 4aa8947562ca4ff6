import { randomUUID } from 'node:crypto';
import { AwsError, type Call, type Service } from './service.ts';

/** @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const LIMITS = { entries: 10, bytes: 1_048_576, detailTypeLength: 128 } as const;
/** What a time counts against the limit, however it is written. */
const TIME_BYTES = 14;

/** An event that a bus took. There are no rules: it goes nowhere from here. */
export interface ReceivedEvent {
  readonly id: string;
  /** Name of the bus. */
  readonly bus: string;
  readonly account: string;
  readonly region: string;
  readonly source: string;
  readonly detailType: string;
  /** What the JSON of the detail says. */
  readonly detail: Readonly<Record<string, unknown>>;
  readonly resources: readonly string[];
  /** Milliseconds since the epoch. */
  readonly time: number;
}

export interface EventBridgeDouble {
  readonly service: Service;
  /** The bus `default` is everywhere already. */
  createBus(name: string, account: string, region: string): void;
  /** In the order in which they came. */
  readonly received: readonly ReceivedEvent[];
}

interface Entry {
  readonly Time?: number;
  readonly Source?: string;
  readonly Resources?: readonly string[];
  readonly DetailType?: string;
  readonly Detail?: string;
  readonly EventBusName?: string;
}

type Refusal = { readonly ErrorCode: string; readonly ErrorMessage: string };

export function createEventBridge(now: () => number): EventBridgeDouble {
  const buses = new Set<string>();
  const received: ReceivedEvent[] = [];

  /** The name of a bus that there is; it may be called by its ARN, where that is here. */
  function busOf({ EventBusName = 'default' }: Entry, { account, region }: Call): string {
    const prefix = `arn:aws:events:${region}:${account}:event-bus/`;
    const name = EventBusName.startsWith(prefix) ? EventBusName.slice(prefix.length) : EventBusName;
    if (name === 'default' || buses.has(prefix + name)) return name;
    throw new AwsError('ResourceNotFoundException', `Event bus ${EventBusName} does not exist.`);
  }

  return {
    received,
    createBus(name, account, region) {
      buses.add(`arn:aws:events:${region}:${account}:event-bus/${name}`);
    },
    service: {
      PutEvents(input: { Entries?: readonly Entry[] }, call): object {
        const entries = input.Entries ?? [];
        checkRequest(entries);
        const where = entries.map((entry) => busOf(entry, call));
        const Entries = entries.map((entry, index) => {
          const fault = call.faultOfEntry(entry, index);
          if (fault) {
            return { ErrorCode: fault.code, ErrorMessage: fault.message ?? '' };
          }
          const detail = readDetail(entry);
          if ('refusal' in detail) return detail.refusal;
          const id = randomUUID();
          received.push({
            id,
            bus: where[index]!,
            account: call.account,
            region: call.region,
            source: entry.Source!,
            detailType: entry.DetailType!,
            detail: detail.object,
            resources: entry.Resources ?? [],
            time: entry.Time === undefined ? now() : entry.Time * 1000,
          });
          return { EventId: id };
        });
        const failed = Entries.filter((entry) => 'ErrorCode' in entry);
        return { FailedEntryCount: failed.length, Entries };
      },
    },
  };
}

/** @throws {AwsError} for what fails all the entries together */
function checkRequest(entries: readonly Entry[]): void {
  if (entries.length < 1 || entries.length > LIMITS.entries) {
    throw validation(`Entries must be 1 to ${LIMITS.entries}, got ${entries.length}.`);
  }
  if (entries.reduce((bytes, entry) => bytes + bytesOf(entry), 0) >= LIMITS.bytes) {
    throw validation('Total size of the entries in the request is over the limit.');
  }
  if (entries.every(({ Source, DetailType, Detail }) => !(Source && DetailType && Detail))) {
    throw validation('No entry has all of Source, DetailType and Detail.');
  }
}

/** The detail of an entry that is in order, or why the entry fails alone. */
function readDetail(
  entry: Entry,
): { object: Readonly<Record<string, unknown>> } | { refusal: Refusal } {
  const refuse = (ErrorCode: string, ErrorMessage: string) => ({
    refusal: { ErrorCode, ErrorMessage },
  });
  const { Source, DetailType, Detail } = entry;
  for (const [name, value] of Object.entries({ Source, DetailType, Detail })) {
    if (!value) {
      return refuse(
        'InvalidArgument',
        `Parameter ${name} is not valid. Reason: ${name} is required.`,
      );
    }
  }
  if (DetailType!.length > LIMITS.detailTypeLength) {
    return refuse('InvalidArgument', 'Parameter DetailType is not valid. Reason: it is too long.');
  }
  if (Source!.startsWith('aws.')) {
    return refuse('NotAuthorizedForSourceException', 'Not authorized for the source.');
  }
  try {
    const object: unknown = JSON.parse(Detail!);
    if (typeof object === 'object' && object !== null && !Array.isArray(object)) {
      return { object: object as Readonly<Record<string, unknown>> };
    }
  } catch {
    // The same refusal as for JSON that is no object.
  }
  return refuse('MalformedDetail', 'Detail is malformed.');
}

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevent-size */
function bytesOf({
  Time,
  Source = '',
  DetailType = '',
  Detail = '',
  Resources = [],
}: Entry): number {
  return [Source, DetailType, Detail, ...Resources].reduce(
    (bytes, text) => bytes + Buffer.byteLength(text),
    Time === undefined ? 0 : TIME_BYTES,
  );
}

function validation(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
