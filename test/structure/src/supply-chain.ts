/** The parts of a package.json that decide what is installed, and what runs then. */
export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
}

/** The parts of a pnpm-lock.yaml that say where packages come from. */
export interface Lockfile {
  readonly importers: Readonly<
    Record<string, Readonly<Record<string, Readonly<Record<string, { readonly version: string }>>>>>
  >;
  readonly packages: Readonly<
    Record<string, { readonly resolution: Readonly<Record<string, unknown>> }>
  >;
}

/** An installed package, as its own package.json and folder have it. */
export interface InstalledPackage {
  readonly name: string;
  readonly scripts: Readonly<Record<string, string>>;
  /** It has a binding.gyp: npm and pnpm then build it, whatever its scripts say. */
  readonly gyp: boolean;
}

const EXACT = /^(npm:(@[\w.-]+\/)?[\w.-]+@)?\d+\.\d+\.\d+(-[\w.-]+)?$/;
/** Of this repository itself; `file:` is how the examples name it. */
const OURS = /^(workspace|file):/;

const LOCKED_NAME = /^(@[\w.-]+\/)?[\w.-]+@\d+\.\d+\.\d+(-[\w.-]+)?(\+[\w.-]+)?$/;
const LOCKED_VERSION =
  /^(link:[\w./-]+|((@[\w.-]+\/)?[\w.-]+@)?\d+\.\d+\.\d+(-[\w.-]+)?(\(.*\))?)$/;
const SHA_512 = /^sha512-[A-Za-z0-9+/]{86}==$/;

/** What runs when a package is installed. */
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall'] as const;
/** Of our own, also what runs when it is installed from its repository, or packed. */
const OWN_SCRIPTS = [...INSTALL_SCRIPTS, 'prepare', 'prepack', 'postpack'] as const;

/** Dependencies that are a range, or come from somewhere else than the registry. */
export function loosePins(path: string, manifest: Manifest): string[] {
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  const all = { ...dependencies, ...devDependencies, ...optionalDependencies };
  return Object.entries(all)
    .filter(([, version]) => !EXACT.test(version) && !OURS.test(version))
    .map(([name, version]) => `${path}: ${name} is ${version}, expected an exact version`);
}

/** Scripts of ours that would run at whoever installs or packs it. */
export function ownInstallScripts(path: string, { scripts = {} }: Manifest): string[] {
  return OWN_SCRIPTS.filter((name) => name in scripts).map((name) => `${path}: has ${name}`);
}

/** What is locked without a checksum, or to anything but a version of the registry. */
export function lockProblems({ importers, packages }: Lockfile): string[] {
  const ofPackages = Object.entries(packages).flatMap(([name, { resolution }]) => {
    const { integrity, ...elsewhere } = resolution;
    const problems: string[] = [];
    if (!LOCKED_NAME.test(name)) problems.push(`${name}: no version of the registry`);
    if (!SHA_512.test(String(integrity))) problems.push(`${name}: no SHA-512`);
    if (Object.keys(elsewhere).length > 0) {
      problems.push(`${name}: from elsewhere: ${Object.keys(elsewhere).join(', ')}`);
    }
    return problems;
  });
  const ofImporters = Object.entries(importers).flatMap(([importer, kinds]) =>
    Object.values(kinds)
      .flatMap((dependencies) => Object.entries(dependencies))
      .filter(([, { version }]) => !LOCKED_VERSION.test(version))
      .map(([name, { version }]) => `${importer}: ${name} is locked to ${version}`),
  );
  return [...ofPackages, ...ofImporters];
}

/**
 * Packages that want to run something when they are installed and are not named in `allowBuilds`, and those
 * that are named there for nothing.
 */
export function buildProblems(
  installed: readonly InstalledPackage[],
  allowBuilds: Readonly<Record<string, boolean>>,
): string[] {
  const wanting = new Map<string, string>();
  for (const { name, scripts, gyp } of installed) {
    const found = INSTALL_SCRIPTS.filter((script) => script in scripts);
    if (gyp) wanting.set(name, 'binding.gyp');
    if (found.length > 0) wanting.set(name, found.join(', '));
  }
  const unnamed = [...wanting].filter(([name]) => !Object.hasOwn(allowBuilds, name));
  const needless = Object.keys(allowBuilds).filter((name) => !wanting.has(name));
  return [
    ...unnamed.map(([name, what]) => `${name}: has ${what}, and is not named in allowBuilds`),
    ...needless.map((name) => `${name}: is named in allowBuilds, and runs nothing`),
  ];
}
