// `npm start`: from a fresh clone to anomalies found in real CloudWatch data.
// Arguments go to the command: `npm start -- --fresh`.
import { join } from 'node:path';
import { prepare, root, run } from './workspace.mjs';

prepare();
const command = join(root, 'apps', 'cli', 'dist', 'plumbline.mjs');
const config = join('examples', 'local-run', 'plumbline.yaml');
run(process.execPath, [command, 'run', '--config', config, ...process.argv.slice(2)]);
