import { distance } from 'fastest-levenshtein';
import * as z from 'zod';

type Issue = z.core.$ZodIssue;

/** What an issue of the schema says to a person, and at which path it is best shown. */
export interface Explanation {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** The key itself is wrong, not its value. */
  readonly atKey?: boolean;
}

/** Puts an issue into words: what was expected, what is there, and the nearest thing that exists. */
export function explainIssue(issue: Issue, schema: z.ZodType, input: unknown): Explanation[] {
  const { path } = issue;
  const got = valueAt(input, path);
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = keysOf(schemaAt(schema, path, input));
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: `unknown key${didYouMean(key, known)}; known here: ${known.join(', ')}`,
        atKey: true,
      }));
    }
    case 'invalid_union': {
      // The only unions of the schema are told apart by their type, and the path ends there.
      const types = keysOf(schemaAt(schema, path.slice(0, -1), input), 'type');
      const message = `expected one of ${types.join(', ')}${gotText(got)}${didYouMean(got, types)}`;
      return [{ path, message }];
    }
    case 'invalid_value': {
      const values = issue.values.map(String);
      const expected = issue.message.startsWith('expected')
        ? issue.message
        : `expected ${values.length === 1 ? values[0] : `one of ${values.join(', ')}`}`;
      return [{ path, message: `${expected}${gotText(got)}${didYouMean(got, values)}` }];
    }
    case 'invalid_key': {
      const message = issue.issues[0]?.message ?? issue.message;
      return [{ path, message: `${message}${gotText(path.at(-1))}`, atKey: true }];
    }
    case 'invalid_type': {
      const expected = issue.message.startsWith('expected')
        ? issue.message
        : `expected ${TYPE_NAMES[issue.expected] ?? issue.expected}`;
      return [{ path, message: `${expected}${gotText(got)}` }];
    }
    case 'too_small':
    case 'too_big': {
      const message = issue.message.startsWith('expected') ? issue.message : rangeText(issue);
      return [{ path, message: `${message}${gotText(got)}` }];
    }
    default:
      return [{ path, message: `${issue.message}${gotText(got)}` }];
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'keys with values',
  record: 'keys with values',
  string: 'text',
};

type RangeIssue = Extract<Issue, { code: 'too_small' | 'too_big' }>;

function rangeText(issue: RangeIssue): string {
  const unit = { string: ' characters', array: ' entries' }[issue.origin as string] ?? '';
  const [least, bound] =
    issue.code === 'too_small' ? ['at least', issue.minimum] : ['at most', issue.maximum];
  const strict = issue.code === 'too_small' ? 'more than' : 'less than';
  return `expected ${issue.inclusive === false ? strict : least} ${bound}${unit}`;
}

/** `, got 300`; empty for a value too large to show. */
function gotText(value: unknown): string {
  if (value === undefined) return ', got nothing';
  if (Array.isArray(value)) return value.length === 0 ? ', got an empty list' : ', got a list';
  if (typeof value === 'object' && value !== null) return '';
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return `, got ${text.length > 60 ? `${text.slice(0, 59)}…` : text}`;
}

function didYouMean(written: unknown, known: readonly string[]): string {
  const nearest = typeof written === 'string' ? nearestName(written, known) : undefined;
  return nearest === undefined ? '' : `; did you mean ${nearest}?`;
}

/** The name that somebody may have meant; undefined where none is near. */
export function nearestName(written: string, known: readonly string[]): string | undefined {
  const [nearest] = known
    .map((name) => ({ name, far: distance(written.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.far - b.far);
  const near = nearest !== undefined && nearest.far <= Math.max(2, nearest.name.length / 3);
  return near ? nearest.name : undefined;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<PropertyKey, unknown>)[key];
  }
  return at;
}

/** The part of a schema that describes the value at a path. */
function schemaAt(schema: z.ZodType, path: readonly PropertyKey[], input: unknown): z.ZodType {
  let at = unwrap(schema, input);
  path.forEach((key, i) => {
    const below = valueAt(input, path.slice(0, i + 1));
    if (at instanceof z.ZodArray) at = unwrap(at.element as z.ZodType, below);
    else if (at instanceof z.ZodObject) at = unwrap(at.shape[String(key)] as z.ZodType, below);
  });
  return at;
}

/** Looks through what is optional or has a default, and picks the branch of a union by its type. */
function unwrap(schema: z.ZodType, input: unknown): z.ZodType {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  ) {
    return unwrap(schema.unwrap() as z.ZodType, input);
  }
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const type = valueAt(input, ['type']);
    const branch = schema.options.find((option) => literalsOf(option as z.ZodType).includes(type));
    return (branch ?? schema) as z.ZodType;
  }
  return schema;
}

/** The keys an object takes; of a union, the values of its discriminator. */
function keysOf(schema: z.ZodType, discriminator?: string): string[] {
  if (schema instanceof z.ZodObject && discriminator === undefined)
    return Object.keys(schema.shape);
  if (schema instanceof z.ZodDiscriminatedUnion) {
    return schema.options.flatMap((option) => literalsOf(option as z.ZodType).map(String));
  }
  return [];
}

function literalsOf(option: z.ZodType): unknown[] {
  const type = option instanceof z.ZodObject ? option.shape.type : undefined;
  return type instanceof z.ZodLiteral ? [...type.values] : [];
}
