import { posix } from 'node:path';
import type { Page } from './markdown.ts';

/** Where pages and what they link to are looked for. */
export interface Place {
  /** Paths from the root. */
  readonly files: ReadonlySet<string>;
  /** Of external links, for there is no network where this runs. */
  readonly hosts: ReadonlySet<string>;
  text(path: string): string;
  page(path: string): Page;
}

/** Lines of code, as the forge links to them. */
const LINES = /^L(\d+)(?:-L(\d+))?$/;

/** What is wrong with the links and images of a page, one line each. */
export function brokenLinks(path: string, place: Place): string[] {
  const page = place.page(path);
  const folders = foldersOf(place.files);
  const broken = (target: string): string | undefined => {
    if (/^[a-z][a-z+.-]*:/i.test(target)) return brokenAddress(target, place.hosts);
    if (target.startsWith('//') || target.startsWith('/')) return 'is not relative to the page';
    const [file = '', anchor] = target.split('#', 2) as [string, string?];
    const full = file === '' ? path : posix.join(posix.dirname(path), decodeURIComponent(file));
    const found = full.replace(/\/$/, '');
    if (!place.files.has(found) && !folders.has(found)) return 'leads to nothing';
    if (anchor === undefined) return undefined;
    return hasAnchor(found, anchor, place) ? undefined : 'leads to no such heading';
  };
  return [
    ...page.links.flatMap(({ text, line }) => report(`${path}:${line}`, text, broken(text))),
    ...page.images.flatMap(({ text, line, alt }) => {
      const where = `${path}:${line}`;
      const other = alt.trim() === '' ? 'is an image without a text' : undefined;
      return report(where, text, broken(text) ?? other);
    }),
  ];
}

function report(where: string, target: string, message: string | undefined): string[] {
  return message === undefined ? [] : [`${where}: ${target} ${message}`];
}

function brokenAddress(address: string, hosts: Place['hosts']): string | undefined {
  if (address.startsWith('mailto:')) return undefined;
  if (!URL.canParse(address)) return 'is no address';
  const { protocol, host } = new URL(address);
  if (protocol !== 'https:') return 'is not https';
  return hosts.has(host) ? undefined : 'leads to a host that no other page knows';
}

function hasAnchor(file: string, anchor: string, place: Place): boolean {
  if (!place.files.has(file)) return false;
  if (file.endsWith('.md')) return place.page(file).anchors.has(anchor);
  const [, first, last = first] = LINES.exec(anchor) ?? [];
  return first !== undefined && Number(last) <= place.text(file).split('\n').length;
}

function foldersOf(files: ReadonlySet<string>): ReadonlySet<string> {
  const folders = new Set<string>(['.']);
  for (const file of files) {
    for (let at = posix.dirname(file); at !== '.'; at = posix.dirname(at)) folders.add(at);
  }
  return folders;
}
