import { mustLeave, mustPass, settled, wayOut, type Way } from "../aws-endpoint";
import { sentToIngest } from "../ingest";
import { INGEST_STAGE } from "../../modules/ingest/routes";
import { must } from "../verdict";
import { writerOf, type Walk } from "../walk";

/** The host of the ingest URL is an endpoint of the tenant's network, which lets the writer through to its paths. */
export function endpoint(walk: Walk): string {
  const { central, tenant, stacks, stack } = walk;
  const sent = sentToIngest(walk);
  const hosts = new Set<string>();
  const ways: Way[] = [];
  for (const { sidecar, path } of sent) {
    const url = sidecar.environment["INGEST_URL"] ?? "";
    must(
      URL.canParse(url) && url.startsWith("https://"),
      `the sidecar of ${sidecar.service} has no INGEST_URL that is a URL (${url || "none"})`,
      "INGEST_URL is the endpoint's or the API's, with the stage (stacks/tenant-reach.ts)",
    );
    const { host } = new URL(url);
    hosts.add(host);
    if (central.ingest.exposure === "public") {
      ways.push(wayOut(walk, sidecar, host, false));
      continue;
    }
    const own = stacks
      .of(stack, "aws_vpc_endpoint")
      .find((each) => stacks.attribute(each, "dns_entry[0].dns_name") === host);
    must(
      own !== undefined || host === tenant.network.ingestEndpoint?.dnsName,
      `INGEST_URL of ${sidecar.service} names ${host}, which is no endpoint of the tenant's network`,
      "INGEST_URL must have the endpoint's own DNS name: that of the stack or of network.ingestEndpoint",
    );
    mustLeave(walk, sidecar);
    if (own === undefined) continue;
    const { arn } = writerOf(walk, sidecar);
    mustPass(walk, own, sidecar, {
      principal: arn,
      action: "execute-api:Invoke",
      resource: `${executionArnOf(walk, sidecar.environment["INGEST_API_ID"])}/${INGEST_STAGE}/POST${path}`,
      resourceAccount: central.accountId,
    });
  }
  const kind =
    central.ingest.exposure === "public" ? "the API is public" : "the endpoint lets the writer through";
  return settled(`${[...hosts].join(", ")}: ${kind}`, ways);
}

/** What the ARNs of the methods of an API begin with. */
export const executionArnOf = ({ central }: Pick<Walk, "central">, apiId: string | undefined): string =>
  `arn:aws:execute-api:${central.region}:${central.accountId}:${apiId ?? ""}`;
