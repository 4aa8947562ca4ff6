import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the installed package that a file belongs to; of our own files there is none. */
const PACKAGE_FOLDER = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;
const LICENCE_FILE = /^(licen[cs]e|notice)(\.(md|txt))?$/i;

/**
 * The licences of all that was bundled: each package with its version and the name of its licence, then
 * each text once. Most licences want to go where the code goes, comments or not.
 *
 * @param {string} what - the bundle, for the first line
 * @param {Record<string, { bytesInOutput: number }>} inputs - of the bundle, as esbuild lists them
 */
export function licencesOf(what, inputs) {
  const bundled = Object.keys(inputs).filter((path) => inputs[path].bytesInOutput > 0);
  const folders = new Set(bundled.flatMap((path) => PACKAGE_FOLDER.exec(path) ?? []));
  const packages = [...folders].map(readPackage).sort((a, b) => (a.name < b.name ? -1 : 1));

  const namesOf = new Map();
  for (const { name, texts } of packages) {
    for (const text of texts) namesOf.set(text, [...(namesOf.get(text) ?? []), name]);
  }
  return [
    `${what} contains code of these packages:\n`,
    ...packages.map(({ name, version, licence }) => `${name} ${version}: ${licence}`),
    ...[...namesOf].map(([text, names]) => `\n${'-'.repeat(80)}\n${names.join(', ')}:\n\n${text}`),
    '',
  ].join('\n');
}

function readPackage(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (typeof license !== 'string') throw new Error(`${folder}: package.json names no licence`);
  const files = readdirSync(folder).filter((file) => LICENCE_FILE.test(file));
  const texts = files.sort().map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return { name, version, licence: license, texts };
}
