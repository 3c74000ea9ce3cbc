import type { Template } from "../../modules/run-roles/template";
import type { JsonObject } from "./json";

/** What CloudFormation makes of the template of a tenant's account in one. */
export interface TemplateInAccount {
  /** Properties of a resource, as the account would have them. */
  readonly properties: (id: string) => Record<string, unknown>;
  readonly role: (id: string) => RoleProperties;
  /** Of a role: its own, then those that it is given. */
  readonly policies: (id: string) => readonly Document[];
}

/** As far as the template says. */
interface Document {
  readonly Statement: readonly JsonObject[];
}

export interface RoleProperties {
  readonly RoleName: string;
  readonly Path: string;
  readonly PermissionsBoundary: string;
  readonly AssumeRolePolicyDocument: object;
  readonly ManagedPolicyArns?: readonly string[];
  readonly Policies: readonly { readonly PolicyDocument: Document }[];
}

/** Puts the account and the tenant where the template names them; `Ref` stays visible as `made:<id>`. */
export function replacedIn(value: unknown, accountId: string, tenant: string): unknown {
  if (Array.isArray(value)) return value.map((each) => replacedIn(each, accountId, tenant));
  if (value === null || typeof value !== "object") return value;
  const { "Fn::Sub": text, Ref: reference, ...rest } = value as Record<string, unknown>;
  if (typeof text === "string") {
    return text.replaceAll("${AWS::AccountId}", accountId).replaceAll("${Tenant}", tenant);
  }
  if (typeof reference === "string") return `made:${reference}`;
  return Object.fromEntries(
    Object.entries(rest).map(([key, each]) => [key, replacedIn(each, accountId, tenant)]),
  );
}

export function templateIn(template: Template, accountId: string, tenant: string): TemplateInAccount {
  const properties = (id: string) =>
    replacedIn(template.Resources[id]?.Properties, accountId, tenant) as Record<string, unknown>;
  const role = (id: string) => properties(id) as unknown as RoleProperties;
  return {
    properties,
    role,
    policies: (id) => [
      ...role(id).Policies.map(({ PolicyDocument }) => PolicyDocument),
      ...(role(id).ManagedPolicyArns ?? []).map(
        (given) => properties(given.replace("made:", ""))["PolicyDocument"] as Document,
      ),
    ],
  };
}
