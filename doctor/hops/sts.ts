import { endpointOf, mustLeave, mustPass } from "../aws-endpoint";
import { record, text } from "../json";
import { must } from "../verdict";
import { namesOf, type Walk } from "../walk";

/** The sidecar asks the STS of its own Region, with the role and external id of its environment, and reaches it. */
export function sts(walk: Walk): string {
  const { tenant, sidecars } = walk;
  const endpoint = endpointOf(walk, `${tenant.region}.sts`);
  for (const sidecar of sidecars) {
    const { service, environment, config } = sidecar;
    const signer = record(record(config["extensions"])["sigv4auth/aps"]);
    const assumed = record(signer["assume_role"]);
    const region = text(assumed["sts_region"]);
    must(
      region === tenant.region,
      `the collector of ${service} asks the STS of ${region || "no Region"}, the tasks are in ${tenant.region}`,
      "sts_region must be the tenant's Region (modules/collector/)",
    );
    const id = environment["AMP_EXTERNAL_ID"] ?? "";
    must(
      id !== "" && assumed["external_id"] === id && assumed["arn"] === environment["AMP_WRITER_ROLE_ARN"],
      `the collector of ${service} does not send the role and external id of its environment`,
      "the container needs AMP_WRITER_ROLE_ARN and AMP_EXTERNAL_ID, which its configuration names",
    );
    mustLeave(walk, sidecar);
    if (endpoint !== undefined) {
      mustPass(walk, endpoint, sidecar, {
        principal: sidecar.taskRoleArn,
        action: "sts:AssumeRole",
        resource: text(assumed["arn"]),
        resourceAccount: walk.central.accountId,
        context: { "sts:ExternalId": id },
      });
    }
  }
  const way = endpoint === undefined ? "by the VPC's own way out" : `by ${endpoint.label}`;
  return `${namesOf(sidecars)}: sts.${tenant.region}.amazonaws.com ${way}`;
}
