import { Variable } from "@cdktf/provider-tfe/lib/variable";
import { VariableSet } from "@cdktf/provider-tfe/lib/variable-set";
import type { Construct } from "constructs";
import { TOKEN_AUDIENCE, type Phase } from "../../lib/run-names";
import { attribute } from "../../lib/terraform-text";

/** Of a second set of credentials, such as `_CENTRAL`. */
const suffix = (name?: string): string => (name === undefined ? "" : `_${name}`);

/** Environment that tells HCP Terraform which role a run gets, by what it does. */
export const roleEnvironment = (
  arns: Readonly<Record<Phase, string>>,
  name?: string,
): Record<string, string> => ({
  [`TFC_AWS_PLAN_ROLE_ARN${suffix(name)}`]: arns.plan,
  [`TFC_AWS_APPLY_ROLE_ARN${suffix(name)}`]: arns.apply,
});

export interface CredentialsProps {
  readonly setName: string;
  readonly description: string;
  /** Of a second set of credentials. @default the first */
  readonly name?: string;
}

/** A variable set that makes HCP Terraform get AWS credentials for a run, by a token of the run's own. */
export function credentialsSet(
  scope: Construct,
  id: string,
  { setName, description, name }: CredentialsProps,
): VariableSet {
  const set = new VariableSet(scope, id, { name: setName, description, global: false });
  const environment = {
    [`TFC_AWS_PROVIDER_AUTH${suffix(name)}`]: "true",
    [`TFC_AWS_WORKLOAD_IDENTITY_AUDIENCE${suffix(name)}`]: TOKEN_AUDIENCE,
  };
  for (const [key, value] of Object.entries(environment)) {
    new Variable(scope, `${id}-${key}`, {
      variableSetId: attribute(set, "id"),
      key,
      value,
      category: "env",
    });
  }
  return set;
}
