// A process of its own that counts in a shard of a file store: read, add one, commit, again until so
// many commits were told to have succeeded. Arguments: folder, shard, how many. Prints the attempts
// that were told to have lost. It uses what was built, which runs on every Node that is promised.
import { createFileStateStore } from '../../dist/files/index.js';

const [directory = '', shard = '', increments = '0'] = process.argv.slice(2);
const store = createFileStateStore({ directory });
let committed = 0;
let lost = 0;
while (committed < Number(increments)) {
  const stored = await store.load(shard);
  const count = stored === undefined ? 0 : Number(new TextDecoder().decode(stored.bytes));
  const next = new TextEncoder().encode(String(count + 1));
  const result = await store.commit(shard, next, stored?.version);
  if (result.committed) committed += 1;
  else lost += 1;
}
console.log(lost);
