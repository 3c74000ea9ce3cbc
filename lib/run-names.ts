import { roleArn } from "./names";

/** Names of what a run in HCP Terraform becomes, in whichever account: contracts, as those of `names.ts`. */

/** IAM path of the runs' roles and of the borders of all roles: no run may touch anything below it. */
export const RUN_PATH = "/tenantscope/run/";

/** A run plans, then applies, and gets a token that says which. */
export type Phase = "plan" | "apply";
export const PHASES: readonly Phase[] = ["plan", "apply"];

/** Role in the central account of the runs of a stack. */
export const centralRunRole = (stack: string, phase: Phase): string => `tenantscope-run-${stack}-${phase}`;

/** Role in a tenant's account of the runs of its stack. */
export const tenantRunRole = (phase: Phase): string => `tenantscope-run-${phase}`;

/** Managed policies that are borders, by what they bound. */
export const BOUNDARIES = {
  /** The runs' own roles. */
  run: "tenantscope-run",
  /** The roles of this program's own services: those of the central stacks, and a tenant's execution, Grafana and notifier roles. */
  services: "tenantscope-services",
  /** The task roles of a tenant's applications, in the tenant's account. */
  applications: "tenantscope-applications",
  /** The roles that a tenant's stack makes in the central account. */
  tenant: (tenant: string): string => `tenantscope-tenant-${tenant}`,
} as const;

export const runRoleArn = (accountId: string, name: string): string =>
  roleArn(accountId, name).replace("/tenantscope/", RUN_PATH);

export const boundaryArn = (accountId: string, name: string): string =>
  `arn:aws:iam::${accountId}:policy${RUN_PATH}${name}`;

/** Who a token is for, unless the workspace says otherwise. */
export const TOKEN_AUDIENCE = "aws.workload.identity";

/** Terraform variable through which HCP Terraform tells a run where its credentials are. */
export const CREDENTIALS_VARIABLE = "tfc_aws_dynamic_credentials";

/** Name of the second set of credentials of a tenant's run, as the environment variables and {@link CREDENTIALS_VARIABLE} have it. */
export const CENTRAL_CREDENTIALS = "CENTRAL";
