import { configJsonSchema } from '@plumbline/config';

/** What the schema is called that lies beside a configuration. */
export const SCHEMA_FILE = 'plumbline.schema.json';

/** The schema of this very version, for editors. */
export function schemaText(): string {
  return `${JSON.stringify(configJsonSchema(), null, 2)}\n`;
}
