import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from '@cdktf/provider-aws/lib/data-aws-iam-policy-document/index.js';
import type { Construct } from 'constructs';

/** A policy as JSON, checked and laid out by Terraform, so that a plan shows it statement by statement. */
export function policyJson(
  scope: Construct,
  id: string,
  statement: DataAwsIamPolicyDocumentStatement[],
): string {
  return new DataAwsIamPolicyDocument(scope, id, { statement }).json;
}

export function servicePrincipal(service: string) {
  return [{ type: 'Service', identifiers: [service] }];
}

/** Refuses these actions to everybody who comes without TLS. */
export function nothingButTls(
  actions: string[],
  resources: string[],
): DataAwsIamPolicyDocumentStatement {
  return {
    sid: 'NothingButTls',
    effect: 'Deny',
    principals: [{ type: '*', identifiers: ['*'] }],
    actions,
    resources,
    condition: [{ test: 'Bool', variable: 'aws:SecureTransport', values: ['false'] }],
  };
}
