import Slugger from 'github-slugger';
import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { toString as plainText } from 'mdast-util-to-string';
import { gfm } from 'micromark-extension-gfm';

/** What a reader of a page can click, look at or copy. */
export interface Page {
  readonly links: readonly Located[];
  /** `text` is the address; `alt` what is read out instead. */
  readonly images: readonly (Located & { readonly alt: string })[];
  readonly samples: readonly Sample[];
  /** Code within a sentence. */
  readonly codes: readonly Located[];
  /** What `#...` may point at. */
  readonly anchors: ReadonlySet<string>;
}

export interface Located {
  readonly text: string;
  /** Counted from 1. */
  readonly line: number;
}

/** A fenced block; `line` is that of its first line of code. */
export interface Sample extends Located {
  /** Empty where the fence says none. */
  readonly language: string;
}

/** Reads a page as the forge does: Markdown with GitHub's extensions, and its anchors of headings. */
export function parsePage(text: string): Page {
  const tree = fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  const slugger = new Slugger();
  const links: Located[] = [];
  const images: (Located & { alt: string })[] = [];
  const samples: Sample[] = [];
  const codes: Located[] = [];
  const anchors = new Set<string>();
  visit(tree, (node) => {
    const line = node.position?.start.line ?? 0;
    switch (node.type) {
      case 'heading':
        anchors.add(slugger.slug(plainText(node)));
        break;
      case 'link':
      case 'definition':
        links.push({ text: node.url, line });
        break;
      case 'image':
        images.push({ text: node.url, line, alt: node.alt ?? '' });
        break;
      case 'inlineCode':
        codes.push({ text: node.value, line });
        break;
      case 'code':
        samples.push({ text: node.value, line: line + 1, language: node.lang ?? '' });
        break;
      case 'html':
        for (const { name, attributes } of tagsOf(node.value)) {
          const { id, href, src, srcset, alt = '' } = attributes;
          if (id !== undefined) anchors.add(id);
          if (name === 'a' && href !== undefined) links.push({ text: href, line });
          if (name === 'img') images.push({ text: src ?? '', line, alt });
          // A source of a picture has the text of its image.
          if (name === 'source') images.push({ text: srcset ?? '', line, alt: 'of the image' });
        }
    }
  });
  return { links, images, samples, codes, anchors };
}

function visit(node: Nodes, see: (node: Nodes) => void): void {
  see(node);
  if ('children' in node) for (const child of node.children) visit(child, see);
}

const TAG = /<([a-z]+)((?:\s+[a-z-]+="[^"]*")*)\s*\/?>/gi;
const ATTRIBUTE = /([a-z-]+)="([^"]*)"/gi;

function tagsOf(html: string): { name: string; attributes: Record<string, string> }[] {
  return [...html.matchAll(TAG)].map(([, name = '', attributes = '']) => ({
    name: name.toLowerCase(),
    attributes: Object.fromEntries(
      [...attributes.matchAll(ATTRIBUTE)].map(([, key = '', value = '']) => [
        key.toLowerCase(),
        value,
      ]),
    ),
  }));
}
