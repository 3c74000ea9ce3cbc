import { asText } from "./json";
import type { Tree } from "./synth";
import { resolve } from "./terraform";

/**
 * The policy of an API as it holds for that API: the simulator takes a wildcard in the place of the id for no match.
 * `arn` is the API's or one of its methods'. Of a domain (`:/domainnames/...`) there is nothing to put in.
 */
export function forApi(resourcePolicy: object, arn: string): object {
  const [, , , region = "", account = "", path = ""] = arn.split(":");
  const [api = ""] = path.split("/");
  if (api === "") return resourcePolicy;
  return JSON.parse(
    JSON.stringify(resourcePolicy).replaceAll(`:${region}:${account}:*/`, `:${region}:${account}:${api}/`),
  ) as object;
}

/**
 * The same under the worst reading of API Gateway's table for one account: what the policy allows is allowed, whatever
 * the role's own policies say nothing about. A principal of everybody makes the simulator decide like that.
 */
export const atWorst = (resourcePolicy: object, accountId: string): object =>
  JSON.parse(JSON.stringify(resourcePolicy).replace(`"arn:aws:iam::${accountId}:root"`, '"*"')) as object;

export interface AppliedApi {
  readonly executionArn: string;
  readonly policy: object;
}

/** The fleet's ingest API as it would be after an apply. */
export const ingestApiOf = (tree: Tree): AppliedApi => apiOf(tree, "tenantscope-ingest");

/** The same for the API before the traces' store. */
export const storageApiOf = (tree: Tree): AppliedApi => apiOf(tree, "tenantscope-storage");

function apiOf(tree: Tree, name: string): AppliedApi {
  const central = tree.stack("central");
  const [[id, api] = [], ...others] = Object.entries(central.resource("aws_api_gateway_rest_api")).filter(
    ([, each]) => each.name === name,
  );
  if (id === undefined || api === undefined || others.length > 0) throw new Error(`not exactly one ${name}`);
  const executionArn = resolve(tree, central, `\${aws_api_gateway_rest_api.${id}.execution_arn}`);
  const policy = JSON.parse(resolve(tree, central, asText(api.policy))) as object;
  return { executionArn, policy: forApi(policy, executionArn) };
}
