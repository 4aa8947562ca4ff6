import { parseYaml } from '@plumbline/config';
import * as z from 'zod';
import { DEFAULT_PRICES, type Prices, pricesSchema } from './prices.ts';

/**
 * Reads a price file, YAML or JSON: what it does not say is as in the table.
 *
 * @param file - how messages name the file
 * @throws {ConfigError} with every problem: line, column, key, what was expected, the nearest key
 */
export function parsePrices(text: string, file = 'prices.yaml'): Prices {
  return parseYaml(text, file, pricesSchema).parsed;
}

/** The prices that differ from those of the table, as `cloudWatch.dashboardPerMonth`. */
export function changedPrices(prices: Prices): string[] {
  const before = new Map(leavesOf(DEFAULT_PRICES));
  return leavesOf(prices)
    .filter(([key, value]) => typeof value === 'number' && before.get(key) !== value)
    .map(([key]) => key);
}

function leavesOf(prices: Prices): [key: string, value: unknown][] {
  return Object.entries(prices).flatMap(([section, value]): [string, unknown][] =>
    typeof value === 'object'
      ? Object.entries(value).map(([key, price]) => [`${section}.${key}`, price])
      : [[section, value]],
  );
}

/** A price file with all there is to say, as a start for one's own. */
export function priceFileOf(prices: Prices): string {
  const lines = [
    '# Prices for plumbline estimate --prices. What is left out is as in its own table.',
  ];
  for (const [key, schema] of Object.entries(pricesSchema.shape)) {
    const value = prices[key as keyof Prices];
    if (typeof value !== 'object') {
      lines.push(lineOf(key, value, schema.description));
      continue;
    }
    const below = sectionOf(schema);
    lines.push('', `${key}: # ${schema.description}`);
    for (const [name, price] of Object.entries(value)) {
      lines.push(`  ${lineOf(name, price, below[name]?.description)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function lineOf(key: string, value: number | string, description: string | undefined): string {
  return `${key}: ${plain(value)}${description === undefined ? '' : ` # ${description}`}`;
}

/** Never 1.33334e-5, which is hard to compare with a page of AWS. */
function plain(value: number | string): string {
  if (typeof value === 'string' || !/e-/.test(String(value))) return String(value);
  return value.toFixed(20).replace(/0+$/, '').slice(0, 20);
}

/** The keys of a section, looked for beneath its default. */
function sectionOf(schema: z.ZodType): Readonly<Record<string, z.ZodType>> {
  const within = schema instanceof z.ZodPrefault ? schema.unwrap() : schema;
  return within instanceof z.ZodObject ? (within.shape as Record<string, z.ZodType>) : {};
}
