// Answers a number with its double, and dies of others in the ways that workers die.
import { parentPort, threadId } from 'node:worker_threads';

parentPort.on('message', (job) => {
  if (job === 'exit') process.exit(7);
  if (job === 'throw') throw new Error('thrown on purpose');
  if (job === 'reject') Promise.reject(new Error('rejected on purpose'));
  else parentPort.postMessage({ double: 2 * job, threadId });
});
