import { type Json } from "../../support/json";
import { add, put, putInside, type Change } from "../../support/mutate";
import { mutation, type Mutation } from "./mutation";

const CONTAINERS = "resource/aws_ecs_task_definition/service-orders_task/container_definitions";
const APP = `${CONTAINERS} 0`;
const SIDECAR = `${CONTAINERS} 1`;
const container = (which: string, key: string, value: Json | undefined): Change => {
  const [path = "", index = ""] = which.split(" ");
  return putInside(path, `${index}/${key}`, value);
};
const ROUTER = `${CONTAINERS} 2`;
const SERVICE = "resource/aws_ecs_service/service-orders_service";
/** Data, networks, providers and containers that are not as they must be. */
export const SHAPE_MUTATIONS: readonly Mutation[] = [
  mutation(
    "whatever keeps data",
    "a log without a key",
    put("resource/aws_cloudwatch_log_group/service-orders_log/kms_key_id", undefined),
  ),
  mutation(
    "whatever keeps data",
    "AWS's key",
    put("resource/aws_sns_topic/alerts_topic/kms_master_key_id", "alias/aws/sns"),
  ),
  mutation(
    "whatever keeps data",
    "a workspace without",
    put("resource/aws_prometheus_workspace/metrics_workspace/kms_key_arn", undefined),
    "central",
  ),
  mutation("keys rotate", "never", put("resource/aws_kms_key/logs-key/enable_key_rotation", false)),
  mutation(
    "every log group keeps",
    "for ever",
    put("resource/aws_cloudwatch_log_group/service-orders_log/retention_in_days", 0),
  ),
  mutation(
    "parameters hold no secret",
    "a secure string",
    put("resource/aws_ssm_parameter/collector-config-orders/type", "SecureString"),
  ),
  mutation(
    "parameters hold no secret",
    "a password",
    put("resource/aws_ssm_parameter/collector-config-orders/insecure_value", "${random_password.x.result}"),
  ),
  mutation(
    "no two stacks make",
    "one alias",
    put("resource/aws_prometheus_workspace/metrics_workspace/alias", "tenantscope"),
    "tenant-initech",
  ),
  mutation("outputs are plain", "sensitive", put("output/writer_role_arn/sensitive", true)),
  mutation(
    "nothing gets a public address",
    "a task",
    put(`${SERVICE}/network_configuration/assign_public_ip`, true),
  ),
  mutation(
    "nothing gets a public address",
    "unsaid",
    put(`${SERVICE}/network_configuration/assign_public_ip`, undefined),
  ),
  mutation("nothing gets a public address", "an address", add("resource/aws_eip/x/domain", "vpc")),
  mutation(
    "security groups let in",
    "one more way out",
    put("resource/aws_vpc_security_group_egress_rule/security-group-orders_https-0000-0/to_port", 65535),
  ),
  mutation(
    "security groups let in",
    "rules inside",
    put("resource/aws_security_group/security-group-orders_group/egress", []),
  ),
  mutation(
    "no way in from an address",
    "from everywhere",
    add("resource/aws_vpc_security_group_ingress_rule/x", {
      cidr_ipv4: "0.0.0.0/0",
      security_group_id: "${aws_security_group.x.id}",
    }),
  ),
  mutation(
    "services run in the private",
    "another subnet",
    put(`${SERVICE}/network_configuration/subnets`, ["subnet-public"]),
  ),
  mutation(
    "every AWS provider is tied",
    "to any account",
    put("provider/aws/1/allowed_account_ids", ["111111111111", "999999999999"]),
  ),
  mutation(
    "every AWS provider is tied",
    "another role",
    put("provider/aws/0/assume_role/0/role_arn", "arn:aws:iam::222222222222:role/Admin"),
  ),
  mutation("every AWS provider is tied", "a key in the code", put("provider/aws/0/access_key", "AKIA")),
  mutation(
    "default tags",
    "another tenant's",
    put("provider/aws/0/default_tags/0/tags/tenantscope:tenant", "other"),
  ),
  mutation(
    "every stack keeps its state",
    "another file",
    put("terraform/backend/local/path", "terraform.tfstate"),
  ),
  mutation("a sidecar neither stops", "essential", container(SIDECAR, "essential", true)),
  mutation(
    "a sidecar neither stops",
    "a secret",
    container(SIDECAR, "secrets", [{ name: "X", valueFrom: "arn:x" }]),
  ),
  mutation(
    "a sidecar neither stops",
    "waits",
    container(SIDECAR, "dependsOn", [{ containerName: "orders", condition: "START" }]),
  ),
  mutation(
    "a sidecar neither stops",
    "a port",
    container(SIDECAR, "portMappings", [{ containerPort: 4317 }]),
  ),
  mutation(
    "a sidecar neither stops",
    "a blocking log",
    container(SIDECAR, "logConfiguration/options/mode", "blocking"),
  ),
  mutation(
    "no container waits",
    "waits",
    container(APP, "dependsOn", [{ containerName: "adot-collector", condition: "HEALTHY" }]),
  ),
  mutation("a sidecar runs without root", "root", container(SIDECAR, "user", "0")),
  mutation("a sidecar runs without root", "no user", container(SIDECAR, "user", "")),
  mutation("a sidecar runs without root", "writable", container(SIDECAR, "readonlyRootFilesystem", false)),
  mutation(
    "a sidecar runs without root",
    "not pinned",
    container(SIDECAR, "image", "public.ecr.aws/a/b:latest"),
  ),
  mutation("a sidecar runs without root", "a router of the tenant's", container(ROUTER, "image", "x:1.0.0")),
  mutation("a sidecar runs without root", "two routers", container(SIDECAR, "firelensConfiguration", {})),
  mutation("a sidecar neither stops", "an essential router", container(ROUTER, "essential", true)),
  mutation(
    "a sidecar neither stops",
    "a router that logs through itself",
    container(ROUTER, "logConfiguration", { logDriver: "awsfirelens", options: {} }),
  ),
  mutation(
    "a sidecar neither stops",
    "a router with a port",
    container(ROUTER, "portMappings", [{ containerPort: 24224 }]),
  ),
  mutation(
    "no container waits",
    "for the router",
    container(APP, "dependsOn", [{ containerName: "log-router", condition: "START" }]),
  ),
  mutation(
    "no container is privileged",
    "FireLens without a router",
    container(ROUTER, "firelensConfiguration", undefined),
  ),
  mutation(
    "no container is privileged",
    "an output of FireLens's own",
    container(APP, "logConfiguration/options/Name", "cloudwatch"),
  ),
  mutation("no container is privileged", "privileged", container(APP, "privileged", true)),
  mutation(
    "secrets stay references",
    "in the environment",
    container(APP, "environment", [{ name: "DB_PASSWORD", value: "x" }]),
  ),
  mutation("a task runs the manifest's", "one more", container(APP, "name", "other")),
  mutation(
    "load balancers send to",
    "the sidecar",
    put(`${SERVICE}/load_balancer`, [{ container_name: "adot-collector", container_port: 4317 }]),
  ),
  mutation(
    "the stack of an offboarding",
    "a topic",
    add("resource/aws_sns_topic/x/name", "x"),
    "tenant-hooli",
  ),
];
