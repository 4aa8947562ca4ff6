import type { Call, CommonErrors, EntryFault, PartFault, QueryFault } from './service.ts';

/** What goes wrong with a call. */
export type Fault =
  /** The service refuses, in its own words: `throttled`, `accessDenied`, `internalFailure`, ... */
  | keyof CommonErrors
  /** The connection ends and nothing was done. */
  | 'dropped'
  /** All was done, and the connection ends before the answer. */
  | 'answer-lost'
  /** An answer with status 200 that nobody can read. */
  | 'garbage'
  /** All is done, and the answer comes late. */
  | { readonly delayMs: number }
  /** An error by its code, as S3's 409 ConditionalRequestConflict; status 400 unless told. */
  | { readonly code: string; readonly status?: number; readonly message?: string }
  /** GetMetricData answers that many metrics and a message that more are not allowed. */
  | { readonly answeredMetrics: number };

/** Which calls go wrong, and how. */
export interface FaultRule<Input, Part> {
  /** As the API calls it: GetMetricData, PutObject, ... */
  readonly operation: string;
  /** Only calls that ask for this; unless told, all of the operation. */
  readonly when?: (input: Input, call: Call) => boolean;
  /** So many of these calls go well before the first that does not; 0 unless told. */
  readonly skip?: number;
  /** So many calls go wrong; all that follow unless told. */
  readonly times?: number;
  /** What goes wrong with the call as a whole. */
  readonly with?: Fault;
  /**
   * What goes wrong with a single query of GetMetricData, or entry of a batch of SNS, SQS or
   * EventBridge, as it travels; undefined when it goes well. Queries that return no data are not
   * asked for.
   */
  readonly each?: (part: Part, index: number) => PartFault | undefined;
}

export interface Faults {
  /** @returns takes the rule back */
  add<Input, Part>(rule: FaultRule<Input, Part>): () => void;
  /** The oldest rule whose turn it is; every rule for such calls counts this one. */
  next(call: Call): Pick<FaultRule<never, never>, 'with' | 'each'> | undefined;
}

/** Operations whose requests have parts that can fail alone. */
const WITH_PARTS = [
  'GetMetricData',
  'PublishBatch',
  'SendMessageBatch',
  'DeleteMessageBatch',
  'PutEvents',
];

/** @param operations - all that can be called: a rule for another one would never do anything */
export function createFaults(operations: ReadonlySet<string>): Faults {
  const rules = new Set<{ readonly rule: FaultRule<never, never>; calls: number }>();
  return {
    add(rule) {
      checkRule(rule, operations);
      const entry = { rule, calls: 0 };
      rules.add(entry);
      return () => rules.delete(entry);
    },
    next(call) {
      let turn: FaultRule<never, never> | undefined;
      for (const entry of rules) {
        const { operation, when, skip = 0, times = Number.POSITIVE_INFINITY } = entry.rule;
        if (operation !== call.operation) continue;
        if (when && !when(call.input as never, call)) continue;
        const index = entry.calls++ - skip;
        if (index >= 0 && index < times) turn ??= entry.rule;
      }
      return turn;
    },
  };
}

function checkRule(
  { operation, with: fault, each }: FaultRule<never, never>,
  operations: ReadonlySet<string>,
): void {
  if (!operations.has(operation)) {
    throw new RangeError(
      `a fault needs an operation of the double, one of ${[...operations].join(', ')}; got ${operation}`,
    );
  }
  if ((fault === undefined) === (each === undefined)) {
    throw new TypeError(`a fault of ${operation} needs either with or each`);
  }
  if (each && !WITH_PARTS.includes(operation)) {
    throw new TypeError(`only ${WITH_PARTS.join(', ')} have parts that fail; got ${operation}`);
  }
  if (typeof fault === 'object' && 'answeredMetrics' in fault && operation !== 'GetMetricData') {
    throw new TypeError(`only GetMetricData answers fewer metrics; got ${operation}`);
  }
}

/** @throws when it is a fault of an entry instead: the rule would do nothing */
export function queryFault(fault: PartFault | undefined): QueryFault | undefined {
  if (typeof fault !== 'object') return fault;
  throw new TypeError(`a query cannot fail with the code ${fault.code}, only an entry can`);
}

/** @throws when it is a fault of a query instead: the rule would do nothing */
export function entryFault(fault: PartFault | undefined): EntryFault | undefined {
  if (typeof fault !== 'string') return fault;
  throw new TypeError(`an entry fails with a code, not with ${fault}`);
}
