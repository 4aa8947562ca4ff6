import { parse } from 'yaml';

export interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

export interface Job {
  readonly if?: string;
  readonly needs?: string | readonly string[];
  readonly uses?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
}

export interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** Events that run with the rights of the repository on what a stranger has written. */
const WITH_FOREIGN_CODE = ['pull_request_target', 'workflow_run', 'issue_comment'];

/** An action by the full hash of a commit, with the release in a comment; or a workflow of this repository. */
const PINNED = /^\s*(- )?uses: (\.\/[\w./-]+|[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/;

export function readWorkflow(text: string): Workflow {
  return parse(text, { strict: true, uniqueKeys: true });
}

/** What a workflow may not do here, however it is put; a line each. */
export function workflowProblems(text: string): string[] {
  const { on, permissions, jobs } = readWorkflow(text);
  const problems = text
    .split('\n')
    .filter((line) => /\buses:/.test(line) && !PINNED.test(line))
    .map((line) => `not pinned to a commit: ${line.trim()}`);
  for (const event of WITH_FOREIGN_CODE) {
    if (event in on) problems.push(`runs on ${event}`);
  }
  if (/\bsecrets\s*[.[:]/.test(text)) problems.push('uses a secret');
  if (JSON.stringify(permissions) !== '{}') problems.push('gives every job a permission');
  return [...problems, ...Object.entries(jobs).flatMap(([name, job]) => jobProblems(name, job))];
}

function jobProblems(name: string, { permissions, environment, steps = [] }: Job): string[] {
  const problems: string[] = [];
  if (permissions === undefined) problems.push(`${name}: does not say what it may do`);
  const writes = Object.entries(permissions ?? {}).filter(([, access]) => access !== 'read');
  if (writes.length > 1) problems.push(`${name}: may write more than one thing`);
  if (writes.some(([scope]) => scope === 'id-token') && environment === undefined) {
    problems.push(`${name}: proves who it is without an environment that guards it`);
  }
  for (const { uses = '', run = '', with: inputs } of steps) {
    if (run.includes('${{')) problems.push(`${name}: puts an expression into a script`);
    if (uses.startsWith('actions/checkout@') && inputs?.['persist-credentials'] !== false) {
      problems.push(`${name}: leaves its token beside the code`);
    }
    if (
      /\b(install|ci)\b/.test(run) &&
      /pnpm|npm/.test(run) &&
      !run.includes('--frozen-lockfile')
    ) {
      problems.push(`${name}: installs what is not locked`);
    }
  }
  return problems;
}
