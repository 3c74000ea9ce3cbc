import type { Statement } from "../../lib/iam";
import type { EndpointService } from "./services";

/**
 * A statement of an endpoint's policy. The principal is everybody and who is meant stands in the condition: a gateway
 * endpoint takes an account that is named as the principal for the account's root user alone.
 */
export interface EndpointStatement extends Omit<Statement, "Principal"> {
  readonly Principal: "*";
  readonly Resource: string | readonly string[];
}

/** Policy of a VPC endpoint: a border, not a grant. What a caller may do behind it is still IAM's to say. */
export interface EndpointPolicy {
  readonly Version: "2012-10-17";
  readonly Statement: readonly EndpointStatement[];
}

export const endpointPolicy = (...statements: EndpointStatement[]): EndpointPolicy => ({
  Version: "2012-10-17",
  Statement: statements,
});

/** IAM's prefix of the actions that pass an endpoint. */
const ACTION_PREFIX: Readonly<Record<EndpointService | "s3", string>> = {
  "aps-workspaces": "aps",
  "ecr.api": "ecr",
  "ecr.dkr": "ecr",
  elasticfilesystem: "elasticfilesystem",
  "execute-api": "execute-api",
  kms: "kms",
  logs: "logs",
  monitoring: "cloudwatch",
  s3: "s3",
  secretsmanager: "secretsmanager",
  sns: "sns",
  ssm: "ssm",
  sts: "sts",
  xray: "xray",
};

export const allActions = (service: EndpointService | "s3"): string => `${ACTION_PREFIX[service]}:*`;

/** Buckets from which images come. ECR and Docker Hub hand out links that identities of their own accounts signed. */
export const imageLayerBuckets = (region: string): string[] => [
  `arn:aws:s3:::prod-${region}-starport-layer-bucket/*`,
  // Docker Hub's layers, for whoever pulls from the Region that the bucket is in.
  ...(region === "us-east-1" ? ["arn:aws:s3:::docker-images-prod/*"] : []),
];
