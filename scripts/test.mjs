// `npm test`: installs what is missing, builds, and runs every test.
// Arguments go to vitest: `npm test -- packages/core`.
import { localCommand, prepare, run } from './workspace.mjs';

prepare();
run(localCommand('pnpm'), ['exec', 'vitest', 'run', ...process.argv.slice(2)]);
