import type { Central, Tenant } from "../fleet/types";
import { stackNames } from "../lib/names";
import { roleStatements, sidecarsOf, type Sidecar } from "./sidecar";
import { Stacks, type StackFile } from "./stacks";
import { found } from "./verdict";
import { text, type Fields } from "../lib/fields";
import type { Block } from "./stacks";

/** What the hops look at. */
export interface Walk {
  readonly central: Central;
  readonly tenant: Tenant;
  readonly stacks: Stacks;
  /** Name of the tenant's stack. */
  readonly stack: string;
  readonly sidecars: readonly Sidecar[];
}

export function walkOf(central: Central, tenant: Tenant, files: readonly StackFile[]): Walk {
  const stacks = new Stacks(files);
  return {
    ...{ central, tenant, stacks },
    stack: stackNames.tenant(tenant.name),
    sidecars: sidecarsOf(stacks, tenant),
  };
}

/** The role that a service's sidecar takes on, by the ARN that its configuration has. @throws Fault */
export function writerOf(
  { stacks, stack }: Walk,
  sidecar: Sidecar,
): { role: Block; arn: string; statements: readonly Fields[] } {
  const arn = text(sidecar.environment["AMP_WRITER_ROLE_ARN"]);
  const role = found(
    stacks.by(stack, "aws_iam_role", "arn", arn),
    `the sidecar of ${sidecar.service} is to become ${arn || "no role"}, which ${stack} does not make`,
    "AMP_WRITER_ROLE_ARN must be the writer role's ARN (stacks/tenant-stack.ts)",
  );
  return { role, arn, statements: roleStatements(stacks, stack, arn) };
}

/** What to do about a denial: a suspended tenant's is meant. */
export const deniedRemedy = ({ tenant }: Walk, otherwise: string): string =>
  tenant.lifecycle === "suspended"
    ? `the tenant is suspended: \`tenantscope suspend ${tenant.name} --undo\` and deploy its stack`
    : otherwise;

/** `orders` or `orders, catalog`. */
export const namesOf = (sidecars: readonly Sidecar[]): string =>
  sidecars.map(({ service }) => service).join(", ");
