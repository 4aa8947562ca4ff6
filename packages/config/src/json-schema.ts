import * as z from 'zod';
import { label } from './guidance-schema.ts';
import { configSchema } from './schema.ts';

/** What this package uses of JSON Schema, draft 2020-12. */
export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly [keyword: string]: unknown;
}

/** The schema that gives completion and checks in an editor. */
export function configJsonSchema(): JsonSchema {
  return {
    title: 'plumbline.yaml',
    ...(z.toJSONSchema(configSchema, { io: 'input' }) as JsonSchema),
  };
}

/** The same of one entry of the file of labels. */
export function labelJsonSchema(): JsonSchema {
  return z.toJSONSchema(label, { io: 'input' }) as JsonSchema;
}
