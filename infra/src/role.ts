import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import type { Config } from '@plumbline/config';
import type { Construct } from 'constructs';
import {
  type OwnResource,
  type Permission,
  permissionsFor,
  platformPermissionsFor,
} from './permissions.ts';
import { policyJson, servicePrincipal } from './policy.ts';

export interface FunctionRole {
  readonly role: IamRole;
  readonly policy: IamRolePolicy;
}

/** The role of the function: what the table of permissions says, and nothing else. */
export function createRole(
  scope: Construct,
  config: Config,
  arns: Readonly<Record<OwnResource, string | undefined>>,
): FunctionRole {
  const role = new IamRole(scope, 'role', {
    name: config.deploy.names.role,
    // Without a condition on the source: a role is only ever passed to a function of its own account.
    assumeRolePolicy: policyJson(scope, 'role_trust', [
      { principals: servicePrincipal('lambda.amazonaws.com'), actions: ['sts:AssumeRole'] },
    ]),
  });
  const statementOf = ({ actions, resources, condition }: Permission) => ({
    actions: [...actions],
    resources: resources.map((resource) => arnOf(resource, arns)),
    ...(condition && { condition: [{ ...condition, values: [...condition.values] }] }),
  });
  const permissions = [...permissionsFor(config), ...platformPermissionsFor(config)];
  const policy = new IamRolePolicy(scope, 'role_policy', {
    name: 'plumbline',
    role: role.id,
    policy: policyJson(scope, 'role_permissions', permissions.map(statementOf)),
  });
  return { role, policy };
}

function arnOf(
  resource: Permission['resources'][number],
  arns: Readonly<Record<OwnResource, string | undefined>>,
): string {
  if (resource.startsWith('arn:')) return resource;
  const arn = arns[resource as OwnResource];
  if (arn === undefined) throw new Error(`the table names ${resource}, which the stack has not`);
  return arn;
}
