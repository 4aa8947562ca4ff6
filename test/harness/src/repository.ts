import { resolve } from 'node:path';

/** The root of the repository, seen from `src` and from `dist` alike. */
export const REPOSITORY = resolve(import.meta.dirname, '../../..');
