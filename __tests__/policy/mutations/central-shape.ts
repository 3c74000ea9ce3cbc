import { add, put, putInside, swap, type Change } from "../../support/mutate";
import { central, mutation, type Mutation } from "./mutation";

const LOKI = "resource/aws_ecs_task_definition/loki_loki-0_task/container_definitions";
const GATEWAY = "resource/aws_ecs_task_definition/gateway_task/container_definitions";
const GATEWAY_SERVICE = "resource/aws_ecs_service/gateway_service";
const VPC_RULE = "resource/aws_vpc_security_group_ingress_rule/endpoints_clients_in-vpc";

/** The balancer in a subnet that leads to the internet; only Terraform's own id of it is a reference. */
const inPublicSubnet: Change = (text) => {
  const [id = ""] = /network_vpc_nat_public-a_[0-9A-F]{8}/.exec(text) ?? [];
  return put("resource/aws_lb/gateway_load-balancer/subnets", [`\${aws_subnet.${id}.id}`])(text);
};

const STORAGE: readonly Mutation[] = [
  central(
    "a bucket is private",
    "public",
    put("resource/aws_s3_bucket_public_access_block/loki_chunks_public-access/block_public_acls", false),
  ),
  central(
    "a bucket is private",
    "unsaid",
    put("resource/aws_s3_bucket_public_access_block/loki_chunks_public-access", undefined),
  ),
  central(
    "a bucket is private",
    "AWS's key",
    put(
      "resource/aws_s3_bucket_server_side_encryption_configuration/loki_chunks_encryption/rule/0/apply_server_side_encryption_by_default/kms_master_key_id",
      undefined,
    ),
  ),
  central(
    "a bucket is private",
    "the other's key",
    swap(
      /(?<="kms_master_key_id":\s*")\$\{aws_kms_key\.loki_\w+_key_\w+\.arn\}/,
      "${aws_kms_key.loki_chunks_key.arn}",
    ),
  ),
  central(
    "a bucket is private",
    "no versions",
    put(
      "resource/aws_s3_bucket_versioning/loki_config_versioning/versioning_configuration/status",
      "Suspended",
    ),
  ),
  central(
    "a bucket is private",
    "others' objects",
    put(
      "resource/aws_s3_bucket_ownership_controls/loki_config_ownership/rule/object_ownership",
      "ObjectWriter",
    ),
  ),
  central(
    "a bucket is private",
    "deleted with its objects",
    put("resource/aws_s3_bucket/loki_chunks_bucket/force_destroy", true),
  ),
  central("a bucket is private", "an ACL", add("resource/aws_s3_bucket_acl/x/acl", "public-read")),
  central(
    "an object goes into",
    "a stranger's",
    put("resource/aws_s3_object/logs/bucket", "another-bucket"),
    "limits",
  ),
  central(
    "an object goes into",
    "for everybody",
    put("resource/aws_s3_object/logs/acl", "public-read"),
    "limits",
  ),
  central(
    "a file system is encrypted",
    "not",
    put("resource/aws_efs_file_system/loki_wal_file-system/encrypted", false),
  ),
  central(
    "a file system is encrypted",
    "no policy",
    put("resource/aws_efs_file_system_policy/loki_wal_policy", undefined),
  ),
  central(
    "a file system is encrypted",
    "without TLS",
    put(
      "resource/aws_ecs_task_definition/loki_loki-0_task/volume/3/efs_volume_configuration/transit_encryption",
      "DISABLED",
    ),
  ),
  central(
    "a file system is encrypted",
    "as root",
    put("resource/aws_efs_access_point/loki_wal_access-0/posix_user/uid", 0),
  ),
  central(
    "whatever keeps data",
    "a file system without a key",
    put("resource/aws_efs_file_system/loki_wal_file-system/kms_key_id", undefined),
  ),
];

const NETWORK: readonly Mutation[] = [
  central(
    "nothing gets a public address",
    "a public balancer",
    put("resource/aws_lb/gateway_load-balancer/internal", false),
  ),
  central(
    "nothing gets a public address",
    "public subnets",
    put("resource/aws_subnet/network_vpc_private-a/map_public_ip_on_launch", true),
  ),
  mutation(
    "nothing gets a public address",
    "a tenant's NAT gateway",
    add("resource/aws_nat_gateway/x/subnet_id", "x"),
  ),
  mutation("nothing gets a public address", "a tenant's balancer", add("resource/aws_lb/x/internal", true)),
  central("public addresses and subnets", "an address of its own", add("resource/aws_eip/x/domain", "vpc")),
  central(
    "public addresses and subnets",
    "a NAT gateway inside",
    put("resource/aws_nat_gateway/network_vpc_nat_nat-a/subnet_id", "subnet-x"),
  ),
  central("public addresses and subnets", "a balancer outside", inPublicSubnet),
  central(
    "security groups let in",
    "Loki from everywhere",
    put("resource/aws_vpc_security_group_ingress_rule/loki-from-gateway/to_port", 65535),
  ),
  central(
    "security groups let in",
    "an open default group",
    put("resource/aws_default_security_group/network_vpc_default-security-group/egress", [{ from_port: 0 }]),
  ),
  central(
    "no way in from an address",
    "a network that nobody named",
    add("resource/aws_vpc_security_group_ingress_rule/x", {
      cidr_ipv4: "10.0.0.0/8",
      ip_protocol: "tcp",
      from_port: 80,
      to_port: 80,
    }),
  ),
  mutation(
    "no way in from an address",
    "every port of the VPC",
    put(`${VPC_RULE}/to_port`, 65535),
    "tenant-globex",
  ),
  mutation(
    "no way in from an address",
    "other networks",
    put(`${VPC_RULE}/for_each`, '${toset(["0.0.0.0/0"])}'),
    "tenant-globex",
  ),
  mutation(
    "no stack reads another's",
    "a stranger's VPC",
    put("data/aws_vpc/endpoints_clients_vpc/id", "vpc-0fffffffffffffff0"),
    "tenant-globex",
  ),
  mutation(
    "every ${...} is a known",
    "an element of nothing",
    put("resource/aws_sns_topic/alerts_topic/name", "${each.value}"),
  ),
  mutation(
    "every ${...} is a known",
    "a field of the contract that is no field",
    put("resource/aws_oam_link/oam-link/sink_identifier", '${local.contract.oamSinks["eu-west-1"].arn}'),
  ),
  central(
    "services run in the private",
    "a gateway in a public subnet",
    put(`${GATEWAY_SERVICE}/network_configuration/subnets`, ["subnet-public"]),
  ),
  central(
    "services run in the private",
    "nowhere",
    put(`${GATEWAY_SERVICE}/network_configuration/subnets`, []),
  ),
];

const CONTAINERS: readonly Mutation[] = [
  central("the central tasks run", "one more", putInside(GATEWAY, "0/name", "other")),
  central(
    "a central container runs",
    "another image",
    putInside(GATEWAY, "1/image", "docker.io/x/nginx:1.28.0"),
  ),
  central("a central container runs", "nginx as root", putInside(GATEWAY, "1/user", "0")),
  central("a central container runs", "a writable root", putInside(LOKI, "2/readonlyRootFilesystem", false)),
  central(
    "a central container runs",
    "more capabilities",
    putInside(LOKI, "0/linuxParameters/capabilities/drop", ["MKNOD"]),
  ),
  central("a central container runs", "capabilities", putInside(LOKI, "2/linuxParameters", undefined)),
  central("a central container runs", "not essential", putInside(LOKI, "2/essential", false)),
  central(
    "a central container runs",
    "one more port",
    putInside(LOKI, "3/portMappings", [{ containerPort: 22 }]),
  ),
  central(
    "a central container runs",
    "a blocking log",
    putInside(LOKI, "2/logConfiguration/options/mode", "blocking"),
  ),
  central("a central container waits", "for nothing", putInside(GATEWAY, "1/dependsOn", undefined)),
  central(
    "a central container waits",
    "for ever",
    putInside(LOKI, "2/dependsOn/1/containerName", "overrides"),
  ),
  central(
    "a central container waits",
    "not for the end",
    putInside(LOKI, "2/dependsOn/0/condition", "START"),
  ),
  central(
    "only the gateway and what",
    "Loki too",
    put(`${GATEWAY_SERVICE}/load_balancer/0/container_port`, 3100),
  ),
];
/** Data, networks and containers of the central services, and the ways there. */
export const CENTRAL_SHAPE_MUTATIONS: readonly Mutation[] = [...STORAGE, ...NETWORK, ...CONTAINERS];
