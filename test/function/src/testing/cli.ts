import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { TEST_CREDENTIALS_ENV } from '@plumbline/harness';

/** The built command. */
export const COMMAND = resolve(import.meta.dirname, '../../../../apps/cli/dist/plumbline.mjs');

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the command finds around it: keys that do where nothing is checked, and nothing else of this machine. */
export function environmentAt(endpoint: string): NodeJS.ProcessEnv {
  return {
    ...TEST_CREDENTIALS_ENV,
    PATH: process.env.PATH,
    AWS_ENDPOINT_URL: endpoint,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/nowhere/config',
    AWS_SHARED_CREDENTIALS_FILE: '/nowhere/credentials',
    NO_COLOR: '1',
  };
}

/** Runs the command as a person would, away from a terminal. */
export function plumbline(
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<Outcome> {
  return new Promise((done) => {
    execFile(process.execPath, [COMMAND, ...args], { cwd, env }, (error, stdout, stderr) => {
      done({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}
