// Writes what is generated from the schema: the JSON Schema for editors and the reference page.
import { writeFileSync } from 'node:fs';
import { configJsonSchema, configReference } from '../dist/index.js';

const target = (path) => new URL(path, import.meta.url);
const schema = `${JSON.stringify(configJsonSchema(), null, 2)}\n`;
writeFileSync(target('../schema/plumbline.schema.json'), schema);
writeFileSync(target('../../../docs/configuration.md'), configReference());
