import { stackNames } from "../../lib/names";
import { STORAGE_STAGE, storagePath } from "../../modules/storage-api/routes";
import { apiWith } from "../ingest";
import { storeClients, type StoreClient } from "../jaegers";
import { record, text } from "../../lib/fields";
import { decide, statementsOf, type AccessRequest } from "../policy";
import type { Block } from "../stacks";
import { found, must } from "../verdict";
import { deniedRemedy, type Walk } from "../walk";
import { mustArrive } from "./storage-endpoint";

/** Path of an owner's store in the document. */
export const ROOT = storagePath("{owner}");

/** Hosts by which the API is known: its own, the central endpoint's, the domain. */
function hostsOf({ stacks, central }: Walk, apiId: string): string[] {
  const suffix = `execute-api.${central.region}.amazonaws.com`;
  const endpoints = stacks.of(stackNames.central, "aws_vpc_endpoint");
  return [
    `${apiId}.${suffix}`,
    ...endpoints.map((endpoint) => `${apiId}-${stacks.attribute(endpoint, "id")}.${suffix}`),
    ...(central.ingest.domain === undefined ? [] : [central.ingest.domain.name]),
  ];
}

/** Each Jaeger asks the storage API for its owner's path, and its role and the API both allow what it asks. */
export function storageApi(walk: Walk): string {
  const { stacks } = walk;
  const clients = storeClients(walk);
  const api = storeApi(walk);
  const id = stacks.attribute(api, "id");
  for (const client of clients) {
    mustName(walk, client, id);
    const requests = client.asks.map(([method, path]) => mustBeAllowed(walk, api, client, method, path));
    mustArrive(walk, client, requests);
  }
  mustReachProxy(walk, api);
  return clients.map(({ what, storageUrl }) => `${what}: ${storageUrl}`).join("; ");
}

function mustName(walk: Walk, { what, owner, storageUrl }: StoreClient, apiId: string): void {
  const remedy =
    "JAEGER_STORAGE_URL is the storage API's URL with /s/<owner> (modules/storage-api/routes.ts)";
  must(
    URL.canParse(storageUrl),
    `${what} has no JAEGER_STORAGE_URL that is a URL (${storageUrl || "none"})`,
    remedy,
  );
  const { hostname, pathname } = new URL(storageUrl);
  must(
    hostsOf(walk, apiId).includes(hostname.toLowerCase()) && pathname.endsWith(storagePath(owner)),
    `${what} keeps traces at ${storageUrl}, which is not ${storagePath(owner)} of the storage API`,
    remedy,
  );
}

/** @returns what it asks. @throws Fault unless its role and the API allow it */
function mustBeAllowed(
  walk: Walk,
  api: Block,
  client: StoreClient,
  method: string,
  path: string,
): AccessRequest {
  const { stacks, central } = walk;
  const asked = `${storagePath(client.owner)}${path}`;
  const request = {
    ...{ principal: client.principal, action: "execute-api:Invoke", resourceAccount: central.accountId },
    resource: `${stacks.attribute(api, "execution_arn")}/${STORAGE_STAGE}/${method}${asked}`,
    // Both are ours: conditions of the endpoint ask for it.
    context: { "aws:ResourceAccount": central.accountId },
  };
  const { allowed, reason } = decide(request, {
    identity: client.statements,
    resource: statementsOf(api.values["policy"]),
  });
  must(
    allowed,
    `${client.principal} may not call ${method} ${asked} of the storage API: ${reason}`,
    deniedRemedy(
      walk,
      "statements.ts (the role) and resource-policy.ts (the API) of modules/storage-api/ must both know it",
    ),
  );
  return request;
}

/** The function that a method of the storage API leads to. @throws Fault */
export function proxyOf({ stacks }: Walk, api: Block, path: string, method: string): Block {
  const operation = record(record(record(record(api.values["body"])["paths"])[path])[method]);
  const uri = text(record(operation["x-amazon-apigateway-integration"])["uri"]);
  return found(
    stacks
      .of(stackNames.central, "aws_lambda_function")
      .find((each) => uri.includes(`${stacks.attribute(each, "arn")}/`)),
    `${method.toUpperCase()} ${path} of the storage API leads to ${uri || "nothing"}, no function of central`,
    "modules/storage-api/openapi.ts",
  );
}

/** The storage API itself. @throws Fault */
export const storeApi = (walk: Walk): Block =>
  found(apiWith(walk, ROOT), "there is no storage API", "modules/storage-api/ makes it; deploy central");

/** Every method leads to the function, which lets this API call it. */
function mustReachProxy(walk: Walk, api: Block): void {
  const { stacks } = walk;
  for (const path of [ROOT, `${ROOT}/{proxy+}`]) {
    for (const method of ["get", "post"]) {
      const name = proxyOf(walk, api, path, method).values["function_name"];
      must(
        stacks
          .of(stackNames.central, "aws_lambda_permission")
          .some(
            ({ values }) =>
              values["function_name"] === name &&
              text(values["source_arn"]).startsWith(`${stacks.attribute(api, "execution_arn")}/`),
          ),
        `the function ${text(name)} does not let the storage API call it`,
        "modules/storage-api/ gives the permission; deploy central",
      );
    }
  }
}
