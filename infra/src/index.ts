export { archiveOf } from './archive.ts';
export { functionFiles } from './function-files.ts';
export { ARCHIVE_NAME, derivedNames, EVENT_SOURCE, HEARTBEAT } from './names.ts';
export {
  type Condition,
  type OwnResource,
  type Permission,
  permissionsFor,
  platformPermissionsFor,
} from './permissions.ts';
export { deployProblems } from './preflight.ts';
export { createPlumblineStack, STACK_NAME } from './stack.ts';
export { SynthError } from './synth-error.ts';
export { type SynthOptions, synthesise } from './synthesise.ts';
