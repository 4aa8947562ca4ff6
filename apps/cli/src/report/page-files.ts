import { readFileSync } from 'node:fs';

/** What runs and what is seen in a report, each as one text that needs nothing else. */
export interface PageFiles {
  readonly script: string;
  readonly style: string;
}

/** The build puts both beside the bundle; from the sources, as in tests, they are found where the build has put them. */
const FOLDER = import.meta.url.endsWith('.ts') ? '../../dist/' : './';

export function readPageFiles(): PageFiles {
  const read = (name: string): string =>
    readFileSync(new URL(`${FOLDER}${name}`, import.meta.url), 'utf8');
  return { script: read('report-page.js'), style: read('report-style.css') };
}
