import { parse } from "yaml";
import { stackNames } from "../../lib/names";
import { EVERYWHERE } from "../aws-endpoint";
import { record, text } from "../../lib/fields";
import { decide, letsThrough, statementsOf, type AccessRequest, type Policies } from "../policy";
import { httpsTargets } from "../security-groups";
import { replicasOf, variableOf, type CentralService } from "../service";
import { roleStatements } from "../sidecar";
import type { Block } from "../stacks";
import { found, must } from "../verdict";
import type { Walk } from "../walk";

const OBJECTS = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"];
const KEY = ["kms:Decrypt", "kms:GenerateDataKey"];

/** Each replica may keep what it takes: its role may use the bucket and key of its configuration, and it reaches S3. @throws Fault */
export function mustKeepChunks(walk: Walk, service: CentralService): string {
  const buckets = replicasOf(walk, service).map((replica) => checked(walk, replica));
  return [...new Set(buckets)].join(", ");
}

function checked(walk: Walk, replica: CentralService): string {
  const { stacks, central } = walk;
  const { bucket, key } = placeOf(walk, replica);
  const context = {
    "aws:ResourceAccount": central.accountId,
    "aws:SecureTransport": "true",
    "kms:ViaService": `s3.${central.region}.amazonaws.com`,
    "s3:x-amz-server-side-encryption": "aws:kms",
    "s3:x-amz-server-side-encryption-aws-kms-key-id": stacks.attribute(key, "arn"),
  };
  const request = (action: string, resource: string): AccessRequest => ({
    ...{ principal: replica.taskRoleArn, action, resource, context },
    resourceAccount: central.accountId,
  });
  const arn = stacks.attribute(bucket, "arn");
  const requests = [
    request("s3:ListBucket", arn),
    ...OBJECTS.map((action) => request(action, `${arn}/chunk`)),
  ];
  const identity = roleStatements(stacks, stackNames.central, replica.taskRoleArn);
  const [policy] = stacks
    .of(stackNames.central, "aws_s3_bucket_policy")
    .filter(({ values }) => values["bucket"] === stacks.attribute(bucket, "id"));
  mustAllow(requests, { identity, resource: statementsOf(policy?.values["policy"]) });
  mustAllow(
    KEY.map((action) => request(action, stacks.attribute(key, "arn"))),
    // A key's policy must say that the roles' own policies count.
    { identity, resource: statementsOf(key.values["policy"]), trust: true },
  );
  mustReachS3(walk, replica, requests);
  return text(bucket.values["bucket"]);
}

/** Bucket and key of a replica's configuration. */
function placeOf({ stacks }: Walk, replica: CentralService): { bucket: Block; key: Block } {
  const config = record(parse(variableOf(replica, "CONFIG") ?? ""));
  const s3 = record(record(record(config["storage_config"])["object_store"])["s3"]);
  const name = text(s3["bucket_name"]);
  const bucket = stacks
    .of(stackNames.central, "aws_s3_bucket")
    .find(({ values }) => values["bucket"] === name);
  const arn = variableOf(replica, "LOKI_CHUNKS_KEY_ARN") ?? "";
  const remedy = "bucket and key are modules/loki/storage.ts; deploy central";
  return {
    bucket: found(bucket, `Loki keeps lines in ${name || "no bucket"}, which central does not make`, remedy),
    key: found(
      stacks.by(stackNames.central, "aws_kms_key", "arn", arn),
      `Loki encrypts with ${arn || "no key"}, which central does not make`,
      remedy,
    ),
  };
}

function mustAllow(requests: readonly AccessRequest[], policies: Policies): void {
  for (const request of requests) {
    const { allowed, reason } = decide(request, policies);
    must(
      allowed,
      `Loki takes lines but cannot keep them: ${request.principal || "no task role"} may not ${request.action} on ${request.resource}: ${reason}`,
      "lokiTaskPolicy, the bucket's and the key's policy (modules/loki/policies.ts) must allow it: deploy central",
    );
  }
}

/** By the gateway endpoint of S3 or out of the network. */
function mustReachS3({ stacks }: Walk, replica: CentralService, requests: readonly AccessRequest[]): void {
  const endpoint = stacks
    .of(stackNames.central, "aws_vpc_endpoint")
    .find(({ values }) => values["vpc_endpoint_type"] === "Gateway");
  const prefixes = endpoint === undefined ? [] : [stacks.attribute(endpoint, "prefix_list_id")];
  const targets = httpsTargets(stacks, stackNames.central, replica.securityGroups);
  must(
    [EVERYWHERE, ...prefixes].some((target) => targets.includes(target)),
    "no egress rule lets Loki out to S3 on TCP 443",
    "add the egress rule for S3's prefix list: modules/loki/security-group.ts makes it",
  );
  for (const request of endpoint === undefined ? [] : requests) {
    const { allowed, reason } = letsThrough(request, endpoint?.values["policy"]);
    must(
      allowed,
      `${endpoint?.label ?? ""} does not let ${request.principal} through to ${request.action}: ${reason}`,
      "modules/network/endpoint-policies.ts must name the central account's principals: deploy central",
    );
  }
}
