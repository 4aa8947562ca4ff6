import { parentPort } from 'node:worker_threads';
import { type AlternativesRequest, messagesOfAlternatives } from '@plumbline/core';

/** Counts what alternatives would have sent of the series that it is sent; an entry of its own in the bundle. */
parentPort?.on('message', (request: AlternativesRequest) => {
  parentPort?.postMessage(messagesOfAlternatives(request));
});
