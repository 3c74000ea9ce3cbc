import { stackNames } from "../../lib/names";
import { settled, waysOf, wayTo, type Way } from "../aws-endpoint";
import { record, text, type Fields } from "../../lib/fields";
import { accountOf } from "../policy";
import { mustBeGranted } from "../role-rights";
import { found, must } from "../verdict";
import { deniedRemedy, writerOf, type Walk } from "../walk";

const REMOTE_WRITE = "prometheus_remote_write/";

/** The workspace of a remote-write URL: the tenant's own or the shared one. */
function workspaceOf({ stacks, stack, tenant }: Walk, url: string): string | undefined {
  const home = tenant.isolation === "dedicated" ? stack : stackNames.central;
  const workspace = stacks
    .of(home, "aws_prometheus_workspace")
    .find((each) => url === `${stacks.attribute(each, "prometheus_endpoint")}api/v1/remote_write`);
  return workspace && stacks.attribute(workspace, "arn");
}

/** The collector signs for the workspace's Region and writes to the workspace that its writer may write to. */
export function amp(walk: Walk): string {
  const { central, tenant, sidecars } = walk;
  const ways: Way[] = [];
  const urls = new Set<string>();
  for (const sidecar of sidecars) {
    const { service, environment, config } = sidecar;
    const url = environment["AMP_REMOTE_WRITE_URL"] ?? "";
    const workspace = found(
      workspaceOf(walk, url),
      `the sidecar of ${service} writes to ${url || "no URL"}, which is not the ${tenant.isolation} workspace of ${tenant.name}`,
      "AMP_REMOTE_WRITE_URL must be the workspace's, of the contract or of the tenant's stack",
    );
    urls.add(url);
    const wrong = Object.entries(record(config["exporters"])).find(
      ([name, exporter]) => name.startsWith(REMOTE_WRITE) && record(exporter)["endpoint"] !== url,
    );
    must(
      wrong === undefined,
      `the exporter ${wrong?.[0] ?? ""} of ${service} writes to ${text(record(wrong?.[1])["endpoint"])}`,
      "exporters take their URL from AMP_REMOTE_WRITE_URL (modules/collector/metrics.ts)",
    );
    mustSign(service, record(record(config["extensions"])["sigv4auth/aps"]), {
      service: "aps",
      region: central.region,
    });
    const { arn, statements } = writerOf(walk, sidecar);
    const request = {
      ...{ principal: arn, action: "aps:RemoteWrite", resource: workspace },
      resourceAccount: accountOf(workspace),
    };
    const remedy = deniedRemedy(
      walk,
      "the statement RemoteWrite of modules/writer-role/ must name this workspace",
    );
    mustBeGranted([request], statements, remedy);
    ways.push(wayTo(walk, sidecar, `${central.region}.aps-workspaces`, [request]));
  }
  return settled(`writes to ${[...urls].join(", ")} are allowed, ${waysOf(ways)}`, ways);
}

/** @throws Fault unless a signer of the collector signs for this service and Region */
export function mustSign(of: string, signer: Fields, wanted: { service: string; region: string }): void {
  must(
    signer["service"] === wanted.service && signer["region"] === wanted.region,
    `the collector of ${of} signs for ${text(signer["service"]) || "no service"} in ${text(signer["region"]) || "no Region"}, not for ${wanted.service} in ${wanted.region}`,
    "the sigv4auth extension needs the service and the central Region (modules/collector/)",
  );
}
