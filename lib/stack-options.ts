import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { CloudBackend, LocalBackend, NamedCloudWorkspace, S3Backend, type TerraformStack } from "cdktf";
import type { Backend, Central } from "../fleet/types";
import { workspaceName } from "./names";
import { literalDeep } from "./terraform-text";

/** S3 state locking without a table is stable since 1.11. */
const TERRAFORM_VERSION = ">= 1.11.0, < 2.0.0";

function configureBackend(stack: TerraformStack, name: string, backend: Backend): void {
  switch (backend.type) {
    case "local":
      // CDKTF's default is an absolute path, which would differ on every machine.
      new LocalBackend(stack, { path: `../../../terraform.${name}.tfstate` });
      return;
    case "cloud":
      new CloudBackend(stack, {
        organization: backend.organization,
        ...(backend.hostname === undefined ? {} : { hostname: backend.hostname }),
        workspaces: new NamedCloudWorkspace(workspaceName(name), backend.project),
      });
      return;
    case "s3":
      new S3Backend(stack, {
        bucket: backend.bucket,
        key: `${backend.keyPrefix}/${name}.tfstate`,
        region: backend.region,
        encrypt: true,
        ...(backend.kmsKeyArn === undefined ? {} : { kmsKeyId: backend.kmsKeyArn }),
      });
      // The bindings are older than the argument.
      stack.addOverride("terraform.backend.s3.use_lockfile", true);
      return;
  }
}

/** What every stack has: its backend and the Terraform versions that it is written for. */
export function configureStack(stack: TerraformStack, name: string, central: Pick<Central, "backend">): void {
  configureBackend(stack, name, central.backend);
  stack.addOverride("terraform.required_version", TERRAFORM_VERSION);
}

export interface AwsAccount {
  readonly accountId: string;
  readonly region: string;
  /** Role to assume in the account; the ambient credentials when absent. */
  readonly roleName?: string;
  readonly alias?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** An AWS provider that cannot reach any account but the one it is meant for. */
export function awsProvider(stack: TerraformStack, id: string, account: AwsAccount): AwsProvider {
  return new AwsProvider(stack, id, {
    region: account.region,
    allowedAccountIds: [account.accountId],
    ...(account.alias === undefined ? {} : { alias: account.alias }),
    ...(account.roleName === undefined
      ? {}
      : {
          // It is there before anything of ours, so it has no path of ours.
          assumeRole: [
            {
              roleArn: `arn:aws:iam::${account.accountId}:role/${account.roleName}`,
              sessionName: "tenantscope",
            },
          ],
        }),
    defaultTags: [{ tags: literalDeep({ ...account.tags }) }],
  });
}

/** Provider of the central account, in the central stacks the only one and in a tenant's stack the alias `central`. */
export function centralAwsProvider(
  stack: TerraformStack,
  central: Pick<Central, "accountId" | "deploy" | "region">,
  tags: Readonly<Record<string, string>>,
  alias?: string,
): AwsProvider {
  return awsProvider(stack, alias === undefined ? "aws" : `aws-${alias}`, {
    accountId: central.accountId,
    region: central.region,
    ...(central.deploy.centralRoleName === undefined ? {} : { roleName: central.deploy.centralRoleName }),
    ...(alias === undefined ? {} : { alias }),
    tags,
  });
}
