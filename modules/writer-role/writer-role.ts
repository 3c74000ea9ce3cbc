import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import type { Lifecycle } from "../../fleet/types";
import { IAM_PATH, writerRoleName } from "../../lib/names";
import { attribute } from "../../lib/terraform-text";
import { writerPolicy, writerTrustPolicy } from "./policy";

export interface WriterRoleProps {
  readonly tenant: string;
  readonly tenantAccountId: string;
  readonly taskRoleArns: readonly string[];
  readonly externalId: string;
  readonly lifecycle: Lifecycle;
  /** The only workspace that the tenant may write to; ARN or reference. */
  readonly workspaceArn: string;
  /** Of the ingest API; ARN or reference. */
  readonly ingestExecutionArn: string;
  /** What else of API Gateway the tenant's Jaeger sidecars call; ARNs or references. */
  readonly furtherInvokeArns?: readonly string[];
  /** Provider of the central account. */
  readonly provider: TerraformProvider;
}

/** The role in the central account through which one tenant's sidecars write, and nobody else. */
export class WriterRole extends Construct {
  /** Terraform reference. */
  readonly arn: string;
  /** What must exist before anything can write. */
  readonly grant: IamRolePolicy;
  /** Who the role is, whom it trusts and what it opens; its lifecycle is no part of it. */
  readonly identity: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, props: WriterRoleProps) {
    super(scope, id);
    const role = new IamRole(this, "role", {
      provider: props.provider,
      name: writerRoleName(props.tenant),
      path: IAM_PATH,
      description: `Telemetry of tenant ${props.tenant} comes in through this role`,
      // Role chaining cannot have longer sessions.
      maxSessionDuration: 3600,
      assumeRolePolicy: JSON.stringify(writerTrustPolicy(props)),
    });
    this.arn = attribute(role, "arn");
    const further = props.furtherInvokeArns ?? [];
    this.identity = {
      writerRole: attribute(role, "unique_id"),
      externalId: props.externalId,
      workspace: props.workspaceArn,
      ingest: props.ingestExecutionArn,
      // A sidecar that is new would ask for its store at once.
      ...(further.length === 0 ? {} : { further: further.join(" ") }),
    };
    this.grant = new IamRolePolicy(this, "policy", {
      provider: props.provider,
      name: "write",
      role: attribute(role, "name"),
      policy: JSON.stringify(writerPolicy(props)),
    });
  }
}
