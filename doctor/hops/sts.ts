import { settled, waysOf, wayTo, type Way } from "../aws-endpoint";
import { record, text } from "../../lib/fields";
import { must } from "../verdict";
import { namesOf, type Walk } from "../walk";

/** The sidecar asks the STS of its own Region, with the role and external id of its environment, and reaches it. */
export function sts(walk: Walk): string {
  const { tenant, sidecars } = walk;
  const ways: Way[] = [];
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
    const assume = {
      principal: sidecar.taskRoleArn,
      action: "sts:AssumeRole",
      resource: text(assumed["arn"]),
      resourceAccount: walk.central.accountId,
      context: { "sts:ExternalId": id },
    };
    ways.push(wayTo(walk, sidecar, `${tenant.region}.sts`, [assume]));
  }
  return settled(`${namesOf(sidecars)}: sts.${tenant.region}.amazonaws.com ${waysOf(ways)}`, ways);
}
