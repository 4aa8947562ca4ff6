// `pnpm docs:pictures`: draws the pictures of docs/pictures from runs of the code on the data of the example.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PICTURES } from './pictures/index.ts';
import { ROOT } from './repository.ts';

const folder = join(ROOT, 'docs/pictures');
mkdirSync(folder, { recursive: true });
for (const [name, draw] of Object.entries(PICTURES)) {
  const svg = await draw();
  writeFileSync(join(folder, `${name}.svg`), svg);
  console.log(`docs/pictures/${name}.svg ${(svg.length / 1000).toFixed(0)} kB`);
}
