// A command of the workspace, brought up to date first: `node scripts/built.mjs infra/dist/synth.js`.
// Further arguments go to the command, whose paths are those of whoever called, in whatever folder.
import { join } from 'node:path';
import { prepare, root, run } from './workspace.mjs';

const [command, ...args] = process.argv.slice(2);
prepare();
run(process.execPath, [join(root, command), ...args], { cwd: process.env.INIT_CWD });
