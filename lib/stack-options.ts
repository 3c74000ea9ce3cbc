import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import {
  CloudBackend,
  LocalBackend,
  NamedCloudWorkspace,
  S3Backend,
  TerraformVariable,
  type TerraformStack,
} from "cdktf";
import { remoteRuns } from "./remote-runs";
import type { Backend, Central, Tenant } from "../fleet/types";
import { workspaceName } from "./names";
import { CENTRAL_CREDENTIALS, CREDENTIALS_VARIABLE } from "./run-names";
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
  /** AWS configuration with the credentials, instead of the ambient ones; a reference. */
  readonly sharedConfigFile?: string;
  readonly alias?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** An AWS provider that cannot reach any account but the one it is meant for. */
export function awsProvider(stack: TerraformStack, id: string, account: AwsAccount): AwsProvider {
  return new AwsProvider(stack, id, {
    region: account.region,
    allowedAccountIds: [account.accountId],
    ...(account.alias === undefined ? {} : { alias: account.alias }),
    ...(account.sharedConfigFile === undefined ? {} : { sharedConfigFiles: [account.sharedConfigFile] }),
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

/** Names of the roles that providers assume: those that deploy, or that plan. */
export const assumedRoles = ({
  deploy,
}: Pick<Central, "deploy">): NonNullable<Central["deploy"]["assumed"]> => deploy.assumed ?? deploy;

/**
 * Provider of the central account, in the central stacks the only one. A run in HCP Terraform has the account's role
 * already.
 */
export function centralAwsProvider(
  stack: TerraformStack,
  central: Pick<Central, "accountId" | "backend" | "deploy" | "region">,
  tags: Readonly<Record<string, string>>,
): AwsProvider {
  const { centralRoleName } = assumedRoles(central);
  return awsProvider(stack, "aws", {
    accountId: central.accountId,
    region: central.region,
    ...(centralRoleName === undefined || remoteRuns(central) !== undefined
      ? {}
      : { roleName: centralRoleName }),
    tags,
  });
}

/**
 * Providers of a tenant's stack: its own account, and by the alias `central` the central one; returns the latter. A run
 * in HCP Terraform has a role in each of the two accounts, and is told by a variable where their credentials are.
 */
export function tenantAwsProviders(
  stack: TerraformStack,
  central: Pick<Central, "accountId" | "backend" | "deploy" | "region">,
  tenant: Pick<Tenant, "accountId" | "region">,
  tags: Readonly<Record<string, string>>,
): AwsProvider {
  const runs = remoteRuns(central) === undefined ? undefined : dynamicCredentials(stack);
  const { centralRoleName, tenantRoleName } = assumedRoles(central);
  awsProvider(stack, "aws", {
    accountId: tenant.accountId,
    region: tenant.region,
    ...(runs === undefined ? { roleName: tenantRoleName } : { sharedConfigFile: runs.own }),
    tags,
  });
  return awsProvider(stack, "aws-central", {
    accountId: central.accountId,
    region: central.region,
    alias: "central",
    ...(runs === undefined
      ? centralRoleName !== undefined && { roleName: centralRoleName }
      : { sharedConfigFile: runs.central }),
    tags,
  });
}

/** The variable that HCP Terraform fills in, as references to its two files. */
function dynamicCredentials(stack: TerraformStack): { readonly own: string; readonly central: string } {
  const file = "object({ shared_config_file = string })";
  new TerraformVariable(stack, CREDENTIALS_VARIABLE, {
    description: "Where a run in HCP Terraform finds its AWS credentials; HCP Terraform sets it",
    type: `object({ default = ${file}, aliases = map(${file}) })`,
  });
  const files = `var.${CREDENTIALS_VARIABLE}`;
  return {
    own: `\${${files}.default.shared_config_file}`,
    central: `\${${files}.aliases["${CENTRAL_CREDENTIALS}"].shared_config_file}`,
  };
}
