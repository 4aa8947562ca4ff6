export { setAsideBucketPolicy } from './bucket-policy.ts';
export { CHROMIUM_FLAGS, findChromium } from './chromium.ts';
export {
  type AwsDouble,
  type AwsDoubleOptions,
  createAwsDouble,
  type Place,
  type RecordedCall,
} from './double/aws-double.ts';
export type { Fault, FaultRule } from './double/faults.ts';
export type { Queue, QueueOptions, ReceivedMessage } from './double/queue.ts';
export type { QueuedMessage } from './double/sqs-message.ts';
export {
  createEventSourceMapping,
  type DeliveredBatch,
  type EventSourceMapping,
  type EventSourceMappingOptions,
  type SqsRecord,
} from './event-source-mapping.ts';
export { unpackFunction } from './function-folder.ts';
export {
  createLocalFunction,
  type Invocation,
  type InvocationError,
  type LocalFunction,
  type LocalFunctionOptions,
} from './local-function.ts';
export { findMoto, type Moto, type Python, startMoto } from './moto.ts';
export { type MetricSamples, putSamples } from './put-samples.ts';
export { type Arrival, type Receiver, receiveFromBus, receiveFromTopic } from './receivers.ts';
export { type PassedCall, type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';
export { type Surroundings, surroundingsAt, TEST_CREDENTIALS_ENV } from './surroundings.ts';
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
