import { printable } from '../view/text.ts';

/** Markup that is safe to put into a page: everything from outside in it has been escaped. */
export interface Html {
  readonly markup: string;
}

/** What stands in a template: text, which is escaped, or markup; nothing where it is null or false. */
export type HtmlValue = string | number | Html | readonly Html[] | null | false;

/**
 * Markup of a template. Whatever is put in is text, in an element or in a quoted attribute, unless it is markup itself.
 */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const markup = parts.reduce((before, part, i) => before + markupOf(values[i - 1] ?? null) + part);
  return { markup };
}

/** Text of our own making as markup, not escaped. */
export function trusted(markup: string): Html {
  return { markup };
}

/** Data in a block that the page's script reads, and that no name in it can end early. */
export function jsonBlock(name: string, content: unknown): Html {
  const text = JSON.stringify(content).replace(/</g, '\\u003c');
  return html`<script type="application/json" class="${name}">${trusted(text)}</script>`;
}

/** The address where it is one of the web; null for any other, for a `javascript:` would run. */
export function webAddress(address: string | null): string | null {
  if (address === null || !URL.canParse(address)) return null;
  const { protocol, href } = new URL(address);
  return protocol === 'https:' || protocol === 'http:' ? href : null;
}

function markupOf(value: HtmlValue): string {
  if (value === null || value === false) return '';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escaped(value);
  if ('markup' in value) return value.markup;
  return value.map(({ markup }) => markup).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Control characters are shown as escapes, for some turn the direction of what is read around. */
function escaped(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
