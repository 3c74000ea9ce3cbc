import { record, records, texts } from "../../lib/fields";
import { decide, statementsOf } from "../policy";
import { must } from "../verdict";
import { namesOf, writerOf, type Walk } from "../walk";

/** The writer's trust admits each task role, with the external id that the sidecar sends. */
export function writerRole(walk: Walk): string {
  const { central, sidecars } = walk;
  for (const sidecar of sidecars) {
    const { role, arn } = writerOf(walk, sidecar);
    const trust = statementsOf(role.values["assume_role_policy"]);
    const wanted = sidecar.environment["AMP_EXTERNAL_ID"] ?? "";
    const { allowed, reason } = decide(
      {
        principal: sidecar.taskRoleArn,
        action: "sts:AssumeRole",
        resource: arn,
        resourceAccount: central.accountId,
        context: { "sts:ExternalId": wanted },
      },
      { identity: sidecar.statements, resource: trust, trust: true },
    );
    const expected = records(trust).flatMap((statement) =>
      texts(record(record(statement["Condition"])["StringEquals"])["sts:ExternalId"]),
    );
    must(
      allowed || expected.includes(wanted),
      `the sidecar of ${sidecar.service} sends the external id ${wanted}, the trust of ${arn} wants ${expected.join(", ") || "none"}`,
      "deploy the tenant's stack: role and sidecar get the same external id (lib/names.ts)",
    );
    must(
      allowed,
      `the trust of ${arn} does not admit ${sidecar.taskRoleArn}, the task role of ${sidecar.service}: ${reason}`,
      "the trust names the task roles by ARN: deploy the tenant's stack after a service is added or its role renamed",
    );
  }
  return `${namesOf(sidecars)}: trusted with the external id that the sidecars send`;
}
