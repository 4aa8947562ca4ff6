import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readDeployed } from './deployed.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-monitors-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The monitors of a file with this text, or of one that is not there. */
function monitorsOf(text?: string): ReturnType<typeof readDeployed>['monitors'] {
  const file = join(folder, 'plumbline.json');
  if (text !== undefined) writeFileSync(file, text);
  return readDeployed(pathToFileURL(file)).monitors;
}

test('the monitors are those of the file', () => {
  expect(monitorsOf('{"monitors":[{"name":"web"},{"name":"db"}]}\n')).toEqual([
    { name: 'web' },
    { name: 'db' },
  ]);
});

test('the budget of pages is that of the file, and none is no mistake', () => {
  const file = join(folder, 'plumbline.json');
  writeFileSync(file, '{"monitors":[],"pagesPerWeek":20}');
  expect(readDeployed(pathToFileURL(file)).pagesPerWeek).toBe(20);
  writeFileSync(file, '{"monitors":[]}');
  expect(readDeployed(pathToFileURL(file)).pagesPerWeek).toBeUndefined();
});

test('what people have said is that of the file, and nothing is no mistake', () => {
  const file = join(folder, 'plumbline.json');
  const guidance = { maintenance: [{ name: 'patching', match: {}, spans: [] }] };
  writeFileSync(file, JSON.stringify({ monitors: [], guidance }));
  expect(readDeployed(pathToFileURL(file)).guidance).toEqual(guidance);
  writeFileSync(file, '{"monitors":[]}');
  expect(readDeployed(pathToFileURL(file)).guidance).toEqual({});
});

test('no monitors are no mistake', () => {
  expect(monitorsOf('{"monitors":[]}')).toEqual([]);
});

test('a file that is not there is said, with what to do', () => {
  expect(() => monitorsOf()).toThrow(
    /^plumbline\.json, beside the function's code: ENOENT: .*; deploy again$/,
  );
});

test.each([
  ['is cut off', '{"monitors":[{"na', /JSON.*; deploy again$/],
  ['is empty', '', /JSON.*; deploy again$/],
  ['holds something else', '{"version":1}', /: it holds no list of monitors; deploy again$/],
  ['holds no list', '{"monitors":{}}', /: it holds no list of monitors; deploy again$/],
  ['holds nothing', 'null', /: it holds no list of monitors; deploy again$/],
])('a file that %s is said, with what to do', (_, text, message) => {
  expect(() => monitorsOf(text)).toThrow(/^plumbline\.json, beside the function's code: /);
  expect(() => monitorsOf(text)).toThrow(message);
});

test('unless told it is the file beside the code, which only an archive has', () => {
  expect(() => readDeployed()).toThrow('ENOENT');
});
