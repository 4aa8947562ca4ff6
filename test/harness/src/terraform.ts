import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '@plumbline/core';

export interface TerraformTool {
  readonly command: string;
  /** As 1.11.4; 1.9 or later. */
  readonly version: string;
  /** A mirror of providers on this machine; without one, `init` downloads them. */
  readonly pluginDirectory?: string | undefined;
}

export interface TerraformOptions {
  /** Everything of AWS is looked for here, with test keys; unless told, in AWS. */
  readonly endpoint?: string;
  /** Added to the environment. The caller's own AWS_ and TF_ variables are left out of it. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Attributes whose differences do not count, by the address of their resource
   * (`aws_lambda_function.detect`): what the endpoint never gives back would be a change for ever.
   */
  readonly ignoreChanges?: Readonly<Record<string, readonly string[]>>;
}

/** What `terraform show -json` says, as far as tests look at it. */
export interface PlannedChange {
  readonly address: string;
  readonly type: string;
  readonly name: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly before: Readonly<Record<string, unknown>> | null;
    readonly after: Readonly<Record<string, unknown>> | null;
  };
}

export interface Plan {
  /** Nothing would change. */
  readonly isEmpty: boolean;
  /** @see https://developer.hashicorp.com/terraform/internals/json-format#plan-representation */
  readonly json: {
    readonly resource_changes?: readonly PlannedChange[];
    readonly [key: string]: unknown;
  };
}

/** The commands of Terraform on one folder. Each rejects with what Terraform said. */
export interface Terraform {
  init(): Promise<void>;
  validate(): Promise<void>;
  plan(): Promise<Plan>;
  apply(): Promise<void>;
  destroy(): Promise<void>;
  /** The values of the outputs, by name. */
  output(): Promise<Readonly<Record<string, unknown>>>;
  /** The state. @see https://developer.hashicorp.com/terraform/internals/json-format#state-representation */
  show(): Promise<Readonly<Record<string, unknown>>>;
}

const LEAST_VERSION = [1, 9] as const;

/** How deep below a usual place a mirror is looked for. */
const MIRROR_DEPTH = 3;

/** One command: an apply of the whole stack takes two minutes against moto. */
const COMMAND_LIMIT_MS = 600_000;

/** Lines of output that an error shows: Terraform says what is wrong at the end. */
const ERROR_LINES = 40;

/** A plan or a state of some hundred resources. */
const MOST_OUTPUT_BYTES = 64 * 1024 * 1024;

const PLAN_FILE = 'test.tfplan';
const OVERRIDE_FILE = 'zz_override.tf.json';

let found: Promise<TerraformTool | undefined> | undefined;

/** Terraform on the PATH, 1.9 or later, with the mirror of providers if there is one. */
export function findTerraform(): Promise<TerraformTool | undefined> {
  found ??= search();
  return found;
}

async function search(): Promise<TerraformTool | undefined> {
  const command = 'terraform';
  try {
    const { stdout } = await promisify(execFile)(command, ['version', '-json'], {
      env: environment({}),
    });
    const version = String(JSON.parse(stdout).terraform_version);
    const [major = 0, minor = 0] = version.split('.').map(Number);
    const isOld =
      major < LEAST_VERSION[0] || (major === LEAST_VERSION[0] && minor < LEAST_VERSION[1]);
    return isOld ? undefined : { command, version, pluginDirectory: findMirror() };
  } catch {
    return undefined; // not there
  }
}

/**
 * A folder `registry.terraform.io/hashicorp/aws`, named by PLUMBLINE_TF_PLUGIN_DIR or
 * TF_PLUGIN_DIR, or not far below a place where mirrors are usually put.
 */
function findMirror(): string | undefined {
  const told = [process.env.PLUMBLINE_TF_PLUGIN_DIR, process.env.TF_PLUGIN_DIR].find(Boolean);
  if (told !== undefined) return resolve(told);
  const places = [
    join(homedir(), '.terraform.d'),
    '/usr/share/terraform',
    '/usr/local/share/terraform',
    '/opt',
  ];
  for (const place of places) {
    const mirror = mirrorBelow(place, MIRROR_DEPTH);
    if (mirror !== undefined) return mirror;
  }
  return undefined;
}

function mirrorBelow(folder: string, depth: number): string | undefined {
  if (existsSync(join(folder, 'registry.terraform.io', 'hashicorp', 'aws'))) return folder;
  if (depth === 0) return undefined;
  for (const name of foldersIn(folder)) {
    const mirror = mirrorBelow(join(folder, name), depth - 1);
    if (mirror !== undefined) return mirror;
  }
  return undefined;
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

/** Terraform on a folder that holds `cdk.tf.json`; needs `init` before anything else. */
export function createTerraform(folder: string, options: TerraformOptions = {}): Terraform {
  const env = environment({
    ...(options.endpoint === undefined ? {} : testCredentials(options.endpoint)),
    ...options.env,
  });

  async function run(args: readonly string[], accepted: readonly number[] = [0]): Promise<Ended> {
    const tool = await findTerraform();
    if (tool === undefined) throw new Error('terraform 1.9 or later is not on the PATH');
    const ended = await execute(tool.command, args, { cwd: folder, env });
    if (ended.exitCode !== null && accepted.includes(ended.exitCode)) return ended;
    const lines = ended.output.trimEnd().split('\n').slice(-ERROR_LINES).join('\n');
    const how = ended.exitCode === null ? 'was killed' : `ended with exit code ${ended.exitCode}`;
    throw new Error(`terraform ${args.join(' ')} ${how} in ${folder}:\n${lines}`);
  }

  return {
    async init() {
      if (options.endpoint !== undefined) writeOverride(folder, options.ignoreChanges ?? {});
      const mirror = (await findTerraform())?.pluginDirectory;
      const plugins = mirror === undefined ? [] : [`-plugin-dir=${mirror}`];
      await run(['init', '-no-color', '-input=false', ...plugins]);
    },
    async validate() {
      await run(['validate', '-no-color']);
    },
    async plan() {
      const args = ['plan', '-no-color', '-input=false', '-detailed-exitcode', `-out=${PLAN_FILE}`];
      // 0: nothing to change; 2: something.
      const { exitCode } = await run(args, [0, 2]);
      const { stdout } = await run(['show', '-json', PLAN_FILE]);
      return { isEmpty: exitCode === 0, json: JSON.parse(stdout) };
    },
    async apply() {
      await run(['apply', '-no-color', '-input=false', '-auto-approve']);
    },
    async destroy() {
      await run(['destroy', '-no-color', '-input=false', '-auto-approve']);
    },
    async output() {
      const outputs: Record<string, { value: unknown }> = JSON.parse(
        (await run(['output', '-json'])).stdout,
      );
      return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
    },
    async show() {
      return JSON.parse((await run(['show', '-json'])).stdout);
    },
  };
}

interface Ended {
  /** Null when it was killed. */
  readonly exitCode: number | null;
  readonly stdout: string;
  /** Both streams. */
  readonly output: string;
}

function execute(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<Ended> {
  const limits = { timeout: COMMAND_LIMIT_MS, maxBuffer: MOST_OUTPUT_BYTES };
  return new Promise((resolvePromise, reject) => {
    execFile(command, args, { ...options, ...limits }, (error, stdout, stderr) => {
      if (typeof error?.code === 'string') {
        reject(error); // it could not be started
        return;
      }
      const exitCode = error === null ? 0 : (error.code ?? null);
      resolvePromise({ exitCode, stdout, output: stdout + stderr });
    });
  });
}

/** The caller's environment without what could lead into an account of theirs. */
function environment(added: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name, value]) => {
    // Terraform refuses to start when this names a file that is not there.
    if (name === 'TF_CLI_CONFIG_FILE') return existsSync(value ?? '');
    return name === 'TF_PLUGIN_CACHE_DIR' || !/^(AWS|TF)_/.test(name);
  });
  return { ...Object.fromEntries(kept), CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1', ...added };
}

function testCredentials(endpoint: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    // No file of the caller's may name a profile.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
}

/**
 * Terraform merges a file of this name over all others, so the stack itself stays as it is deployed.
 * @see https://developer.hashicorp.com/terraform/language/files/override
 */
function writeOverride(
  folder: string,
  ignoreChanges: NonNullable<TerraformOptions['ignoreChanges']>,
): void {
  const resource: Record<string, Record<string, unknown>> = {};
  for (const [address, attributes] of Object.entries(ignoreChanges)) {
    const [type = '', name = ''] = address.split('.');
    resource[type] = { ...resource[type], [name]: { lifecycle: { ignore_changes: attributes } } };
  }
  const override = {
    terraform: { backend: { local: { path: 'terraform.tfstate' } } },
    provider: { aws: providersOf(folder).map(({ alias }) => ({ alias, ...FOR_TESTS })) },
    ...(Object.keys(resource).length === 0 ? {} : { resource }),
  };
  writeFileSync(join(folder, OVERRIDE_FILE), `${JSON.stringify(override, null, 2)}\n`);
}

const FOR_TESTS = {
  access_key: 'test',
  secret_key: 'test',
  skip_credentials_validation: true,
  skip_metadata_api_check: true,
  skip_requesting_account_id: true,
  s3_use_path_style: true,
};

/** Each configuration of the AWS provider in the stack: one has no alias. */
function providersOf(folder: string): readonly { readonly alias?: string }[] {
  const file = join(folder, 'cdk.tf.json');
  try {
    const { provider } = JSON.parse(readFileSync(file, 'utf8'));
    return [provider?.aws ?? {}].flat();
  } catch (error) {
    throw new Error(`cannot read the stack ${file}: ${messageOf(error)}; pnpm synth writes it`);
  }
}
