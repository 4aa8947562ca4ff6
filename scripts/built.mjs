// A command of the workspace, brought up to date first: `node scripts/built.mjs infra/dist/synth.js`.
// Further arguments go to the command.
import { join } from 'node:path';
import { prepare, root, run } from './workspace.mjs';

const [command, ...args] = process.argv.slice(2);
prepare();
run(process.execPath, [join(root, command), ...args]);
