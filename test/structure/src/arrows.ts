import { builtinModules } from 'node:module';
import { dirname, posix } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';

/** A source file, its path relative to the root of the repository. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Which packages of the workspace a place may import; a place not listed may import none. */
const ARROWS: readonly (readonly [place: RegExp, mayImport: readonly string[]])[] = [
  [/^packages\/core\//, []],
  [/^packages\/config\//, ['@plumbline/core']],
  [/^packages\/estimate\//, ['@plumbline/core', '@plumbline/config']],
  [/^packages\/aws-adapters\//, ['@plumbline/core']],
  // The configuration travels resolved into the Lambda, without what reads it.
  [/^apps\/lambda\//, ['@plumbline/core', '@plumbline/aws-adapters']],
  [
    /^apps\//,
    ['@plumbline/core', '@plumbline/config', '@plumbline/estimate', '@plumbline/aws-adapters'],
  ],
  [/^infra\//, ['@plumbline/config', '@plumbline/estimate']],
  [/^examples\//, ['@plumbline/core']],
  [/^test\//, ['*']],
];

/** Where core's own knowledge lives: it runs anywhere, given only the language. */
const PURE = /^packages\/core\/src\/(?!files\/)/;
/** What builds a package may share what the repository builds with. */
const BUILD_SCRIPT = /^(packages|apps)\/[^/]+\/scripts\//;
const TESTS = /\.test\.ts$|\/testing\//;
const AWS_SDK = /^(@aws-sdk|@smithy)\//;

/** The suites that every adapter of a port has to pass. */
const CONTRACTS = '@plumbline/core/testing';

/** The dependencies of core, each with the one file that may load it. */
const FOREIGN: ReadonlyMap<string, string> = new Map([
  ['isolation-forest', 'packages/core/src/detectors/isolation-forest-npm.ts'],
  ['croner', 'packages/core/src/alerts/time-spans.ts'],
]);

/** Globals of a platform: clock, chance, environment, network, terminal. */
const PLATFORM_GLOBALS = new Set([
  'Buffer',
  'console',
  'fetch',
  'globalThis',
  'navigator',
  'performance',
  'process',
  'queueMicrotask',
  'require',
  'setImmediate',
  'setInterval',
  'setTimeout',
  'WebSocket',
  'XMLHttpRequest',
]);
/** Globals of the language that core may use in part: members without clock or chance. */
const PARTLY_ALLOWED: Readonly<Record<string, (member: string) => boolean>> = {
  crypto: (member) => member === 'subtle',
  Date: (member) => member === 'UTC' || member === 'parse',
  Math: (member) => member !== 'random',
};

/** Every place where a file imports, or touches, what it may not; a line each. */
export function violationsOf(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const parsed = parseSync(file.path, file.text);
    if (parsed.errors.length > 0) return [`${file.path}: ${parsed.errors[0]?.message}`];
    const modules = importedModules(parsed);
    const broken = modules.flatMap((module) => importViolations(file.path, module));
    if (!PURE.test(file.path) || TESTS.test(file.path)) return broken;
    return [...broken, ...platformUses(parsed).map((use) => `${file.path}: core touches ${use}`)];
  });
}

type Parsed = ReturnType<typeof parseSync>;

/** What a file imports or exports from, types and dynamic imports included. */
function importedModules({ module, program }: Parsed): string[] {
  const modules = new Set(module.staticImports.map(({ moduleRequest }) => moduleRequest.value));
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest } of entries) if (moduleRequest) modules.add(moduleRequest.value);
  }
  new Visitor({
    ImportExpression({ source }) {
      modules.add(
        source.type === 'Literal' && typeof source.value === 'string'
          ? source.value
          : 'a computed name',
      );
    },
    TSImportType({ source }) {
      modules.add(source.value);
    },
  }).visit(program);
  return [...modules];
}

function importViolations(path: string, module: string): string[] {
  const broken = (why: string): string[] => [`${path}: imports ${module}: ${why}`];
  const isTest = TESTS.test(path);

  if (module.startsWith('.')) {
    const target = posix.join(dirname(path), module);
    const home = dirname(path).split('/').slice(0, 2).join('/');
    if (BUILD_SCRIPT.test(path) && target.startsWith('scripts/')) return [];
    if (!target.startsWith(`${home}/`)) return broken(`leaves ${home}`);
    if (isTest) return [];
    if (TESTS.test(target)) return broken('only tests import what is for tests');
    const pureToFiles = PURE.test(path) && target.startsWith('packages/core/src/files/');
    return pureToFiles ? broken('core does not know its file adapters') : [];
  }
  if (module.startsWith('@plumbline/')) {
    const [, allowed = []] = ARROWS.find(([place]) => place.test(path)) ?? [];
    if (module === CONTRACTS && !isTest && !path.startsWith('test/')) {
      return broken('only tests import what is for tests');
    }
    const name = module.split('/').slice(0, 2).join('/');
    return allowed.includes('*') || allowed.includes(name) ? [] : broken('against the arrows');
  }
  if (AWS_SDK.test(module) && !/^(packages\/aws-adapters|test)\//.test(path)) {
    return broken('vendor types stay in aws-adapters');
  }
  if (!path.startsWith('packages/core/src/') || isTest) return [];
  if (module.startsWith('node:') || builtinModules.includes(module)) {
    return PURE.test(path) ? broken('core imports nothing of a platform') : [];
  }
  return FOREIGN.get(module) === path ? [] : broken('core has no other dependency');
}

/**
 * Uses of the clock, of chance and of other globals that only a platform has. Of the globals that are
 * partly allowed only the plain allowed forms are: an alias or a computed member could be anything.
 */
function platformUses({ program }: Parsed): string[] {
  const uses = new Map<number, string>();
  const harmless = new Set<number>();
  new Visitor({
    Identifier({ name, start }) {
      if (PLATFORM_GLOBALS.has(name) || Object.hasOwn(PARTLY_ALLOWED, name)) uses.set(start, name);
    },
    MemberExpression({ object, property, computed }) {
      if (computed || property.type !== 'Identifier') return;
      harmless.add(property.start); // a property of something else that has such a name
      const allows = object.type === 'Identifier' ? PARTLY_ALLOWED[object.name] : undefined;
      if (allows?.(property.name)) harmless.add(object.start);
    },
    NewExpression({ callee, arguments: [moment] }) {
      const isDate = callee.type === 'Identifier' && callee.name === 'Date';
      if (isDate && moment && moment.type !== 'SpreadElement') harmless.add(callee.start);
    },
  }).visit(program);
  return [...uses].filter(([start]) => !harmless.has(start)).map(([, name]) => name);
}
