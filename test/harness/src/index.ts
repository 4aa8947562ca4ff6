export {
  type AwsDouble,
  type AwsDoubleOptions,
  createAwsDouble,
  type Place,
  type RecordedCall,
} from './double/aws-double.ts';
export type { Fault, FaultRule } from './double/faults.ts';
export { unpackFunction } from './function-folder.ts';
export {
  createLocalFunction,
  type Invocation,
  type InvocationError,
  type LocalFunction,
  type LocalFunctionOptions,
} from './local-function.ts';
export { findMoto, type Moto, type Python, startMoto } from './moto.ts';
export { type PassedCall, type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';
export {
  createTerraform,
  findTerraform,
  type Plan,
  type PlannedChange,
  type Terraform,
  type TerraformOptions,
  type TerraformTool,
} from './terraform.ts';
export { missingTools, type Tool } from './tools.ts';
