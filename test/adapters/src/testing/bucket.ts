import { createS3StateStore } from '@plumbline/aws-adapters';
import { startAws } from './aws.ts';

/** The store of one bucket, called `state`, at a double, until the end of the test. */
export async function startBucket() {
  const { aws, clients } = await startAws();
  aws.s3.createBucket('state');
  return { aws, clients, store: createS3StateStore(clients, { bucket: 'state' }) };
}
