import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { IAM_PATH } from "../../lib/names";
import { attribute } from "../../lib/terraform-text";
import type { CallerIdentity } from "./identity";
import { functionTrust, type FunctionPlace } from "./policies";

export interface StandaloneIdentityProps extends FunctionPlace {
  readonly description: string;
  /** @default the stack's provider */
  readonly provider?: TerraformProvider;
}

/**
 * Who a function is that needs no VPC: it calls public endpoints of AWS, or the internet. Its name is also the role's.
 * Fields are Terraform references.
 */
export class StandaloneIdentity extends Construct implements CallerIdentity {
  readonly place: FunctionPlace;
  readonly roleArn: string;
  readonly roleName: string;

  constructor(scope: Construct, id: string, props: StandaloneIdentityProps) {
    super(scope, id);
    const { accountId, region, name, description, provider } = props;
    this.place = { accountId, region, name };
    const role = new IamRole(this, "role", {
      provider,
      name,
      path: IAM_PATH,
      description,
      assumeRolePolicy: JSON.stringify(functionTrust(this.place)),
    });
    this.roleArn = attribute(role, "arn");
    this.roleName = attribute(role, "name");
  }
}
