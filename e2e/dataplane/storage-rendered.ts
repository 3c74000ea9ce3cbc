import { unzipSync } from "fflate";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { roleArn, stackNames, writerRoleName } from "../../lib/names";
import { BUNDLE_FILE, bundleFunction } from "../../modules/lambda-function/bundle";
import { STORAGE_ADMIN, STORAGE_PROXY } from "../../modules/opensearch/names";
import { JAEGER_ROLES, STORAGE_NAMES } from "../../modules/storage-api/names";
import { STORAGE_STAGE } from "../../modules/storage-api/routes";
import { type ApiDocument } from "../standins/api-gateway-document";
import { type SynthesisedFleet } from "./fleet-under-test";
import {
  applied,
  only,
  policyOfApi,
  resources,
  rolePolicies,
  STORAGE_API_ID,
  writerPolicies,
  type Resource,
} from "./logs-rendered";
import { type RenderedFunction, type RenderedStorage } from "./storage-world";
import { synthesised } from "./traces-fleet-under-test";

const { accountId, region } = synthesised.fleet.central;
const centralStack = synthesised.stack(stackNames.central);
export const centralRole = (name: string): string => roleArn(accountId, name);

/** Whose traces are in indices of their own. */
const tenants = synthesised.fleet.tenants
  .filter(({ services }) => services.some(({ traces }) => traces.jaeger === "sidecar"))
  .map(({ name }) => name);

const KNOWN = [
  [/^aws_lambda_function\..*\.arn$/, `arn:aws:lambda:${region}:${accountId}:function:${STORAGE_PROXY.name}`],
  [/^aws_opensearch_domain\..*\.endpoint$/, "domain"],
  [/^aws_iam_role\.traces_proxy-.*\.arn$/, centralRole(STORAGE_PROXY.name)],
] as const;

const named = (type: string, key: string, name: string): Resource =>
  only(
    resources(centralStack, type).filter((each) => each[key] === name),
    `${type} ${name}`,
  );

/** A function as it is deployed: its archive, unpacked, is the one that the stack has the hash of. */
function renderedFunction({
  name,
  entry,
}: {
  readonly name: string;
  readonly entry: string;
}): RenderedFunction {
  const { path: archive, sha256 } = bundleFunction(entry);
  const {
    source_code_hash: hash,
    timeout,
    environment,
  } = named("aws_lambda_function", "function_name", name);
  if (hash !== Buffer.from(sha256, "hex").toString("base64")) throw new Error(`${name} has another archive`);
  // The folder is named after the archive's contents.
  const bundle = join(dirname(archive), BUNDLE_FILE);
  const { [BUNDLE_FILE]: code, ...others } = unzipSync(readFileSync(archive));
  if (code === undefined || Object.keys(others).length > 0) throw new Error(`${archive} has other files`);
  writeFileSync(bundle, code);
  const { variables } = environment as { readonly variables: Readonly<Record<string, string>> };
  return {
    archive,
    bundle,
    roleArn: centralRole(name),
    environment: JSON.parse(applied(JSON.stringify(variables), KNOWN)) as Record<string, string>,
    timeoutSeconds: timeout as number,
  };
}

/** Policies of a role of the central account, by the role's ARN. */
const policies = (of: SynthesisedFleet, stack: string, role: string) =>
  [centralRole(role), rolePolicies(of, stack, role)] as const;

/** What the stacks make of the storage API. */
export function renderedStorage(): RenderedStorage {
  const api = named("aws_api_gateway_rest_api", "name", STORAGE_NAMES.api);
  return {
    accountId,
    region,
    apiId: STORAGE_API_ID,
    stage: STORAGE_STAGE,
    document: JSON.parse(applied(api.body as string, KNOWN)) as ApiDocument,
    resourcePolicy: policyOfApi(api, { accountId, region }, STORAGE_API_ID),
    policies: new Map([
      policies(synthesised, stackNames.central, JAEGER_ROLES.collector),
      policies(synthesised, stackNames.central, JAEGER_ROLES.query),
      ...tenants.map((tenant) =>
        policies(synthesised, stackNames.tenant(tenant), JAEGER_ROLES.tenantQuery(tenant)),
      ),
      ...synthesised.fleet.tenants.map(
        ({ name }) => [centralRole(writerRoleName(name)), writerPolicies(synthesised, name)] as const,
      ),
    ]),
    proxy: renderedFunction(STORAGE_PROXY),
  };
}

/** The function that keeps the domain in order, and what the central stack tells it at a deployment. */
export function renderedAdmin(): { readonly lambda: RenderedFunction; readonly input: object } {
  // Grafana's admin is called by the same stack.
  const ofTheAdmin = resources(centralStack, "aws_lambda_invocation").filter(({ function_name: called }) =>
    String(called).startsWith("${aws_lambda_function.traces_admin_function_"),
  );
  const { input } = only(ofTheAdmin, "invocations of the storage admin");
  return {
    lambda: renderedFunction(STORAGE_ADMIN),
    input: JSON.parse(applied(input as string, KNOWN)) as object,
  };
}
