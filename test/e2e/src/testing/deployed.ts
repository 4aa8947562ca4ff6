import type { LocalFunctionOptions } from '@plumbline/harness';

/** The function and its alarm as they stand in Terraform's state. */
export interface DeployedFunction
  extends Required<
    Pick<LocalFunctionOptions, 'env' | 'handler' | 'memoryMb' | 'name' | 'timeoutMs'>
  > {
  /** What the alarm on the heartbeat looks at. */
  readonly alarm: {
    readonly namespace: string;
    readonly metric: string;
    readonly dimensions: Readonly<Record<string, string>>;
  };
}

type State = Readonly<Record<string, unknown>>;

// biome-ignore lint/suspicious/noExplicitAny: attributes of resources have no type of ours
type Attributes = Readonly<Record<string, any>>;

/** @see https://developer.hashicorp.com/terraform/internals/json-format#values-representation */
interface Values {
  readonly root_module: {
    readonly resources: readonly { readonly address: string; readonly values: Attributes }[];
  };
}

function attributesOf(state: State, address: string): Attributes {
  const { resources } = (state.values as Values).root_module;
  const found = resources.find((resource) => resource.address === address);
  if (found === undefined) throw new Error(`the state has no ${address}`);
  return found.values;
}

export function deployedFunction(state: State): DeployedFunction {
  const lambda = attributesOf(state, 'aws_lambda_function.detect');
  const alarm = attributesOf(state, 'aws_cloudwatch_metric_alarm.no_heartbeat');
  return {
    env: lambda.environment[0].variables,
    handler: lambda.handler,
    memoryMb: lambda.memory_size,
    name: lambda.function_name,
    timeoutMs: lambda.timeout * 1000,
    alarm: {
      namespace: alarm.namespace,
      metric: alarm.metric_name,
      dimensions: alarm.dimensions,
    },
  };
}

/** What the policy of the function's role allows. */
export function deployedRolePolicy(state: State): { readonly actions: readonly string[] } {
  const { policy } = attributesOf(state, 'aws_iam_role_policy.role_policy');
  const { Statement } = JSON.parse(policy) as {
    Statement: readonly { readonly Action: string | readonly string[] }[];
  };
  const actions = Statement.flatMap(({ Action }) => Action);
  return { actions: [...new Set(actions)].sort() };
}
