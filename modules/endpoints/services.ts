/** AWS services with an interface endpoint, as in `com.amazonaws.<region>.<service>`. All of them take a policy. */
export type EndpointService =
  | "aps-workspaces"
  | "ecr.api"
  | "ecr.dkr"
  | "elasticfilesystem"
  | "execute-api"
  | "kms"
  | "logs"
  | "monitoring"
  | "secretsmanager"
  | "sns"
  | "ssm"
  | "sts"
  | "xray";

export const serviceName = (region: string, service: EndpointService | "s3"): string =>
  `com.amazonaws.${region}.${service}`;

/** Construct id of an endpoint; part of its address in everybody's state. */
export const endpointId = (service: EndpointService | "s3"): string =>
  `endpoint-${service.replaceAll(".", "-")}`;
