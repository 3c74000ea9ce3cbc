import { stackNames } from "../../lib/names";
import { storeClients } from "../jaegers";
import { record, text, texts } from "../../lib/fields";
import { decide, statementsOf } from "../policy";
import { mustConnect } from "../security-groups";
import { roleStatements } from "../sidecar";
import { found, must } from "../verdict";
import type { Walk } from "../walk";
import { proxyOf, ROOT, storeApi } from "./storage-api";

/** The storage proxy knows the domain, may use it, and reaches it. */
export function opensearch(walk: Walk): string {
  const { stacks, central } = walk;
  storeClients(walk); // Nothing to look at when no Jaeger stores anything.
  const proxy = proxyOf(walk, storeApi(walk), ROOT, "post");
  const url = text(variables(proxy.values)["OPENSEARCH_URL"]);
  const domain = found(
    stacks.by(stackNames.central, "aws_opensearch_domain", "endpoint", url.replace(/^https:\/\//, "")),
    `the storage proxy asks ${url || "nothing"}, which is not the domain's endpoint`,
    "OPENSEARCH_URL is https:// and the domain's endpoint (modules/opensearch/trace-storage.ts)",
  );
  const name = text(domain.values["domain_name"]);
  const role = text(proxy.values["role"]);
  for (const action of ["es:ESHttpGet", "es:ESHttpPost"]) {
    const { allowed, reason } = decide(
      {
        ...{ principal: role, action, resourceAccount: central.accountId },
        resource: `arn:aws:es:${central.region}:${central.accountId}:domain/${name}/_bulk`,
      },
      {
        identity: roleStatements(stacks, stackNames.central, role),
        resource: statementsOf(domain.values["access_policies"]),
      },
    );
    must(
      allowed,
      `${role} may not ${action} on the domain ${name}: ${reason}`,
      "modules/opensearch/policies.ts: the proxy's policy or the domain's access policy must allow it",
    );
  }
  mustConnect(stacks, {
    stacks: [stackNames.central],
    network: central.network.cidr,
    from: texts(record(proxy.values["vpc_config"])["security_group_ids"]),
    to: texts(record(domain.values["vpc_options"])["security_group_ids"]),
    port: 443,
    what: "the storage proxy to OpenSearch",
  });
  return `the storage proxy uses ${url}`;
}

const variables = (values: Readonly<Record<string, unknown>>) =>
  record(record(values["environment"])["variables"]);
