import { asText, type JsonObject } from "../../support/json";
import { add, put, putInside, swap, type Change } from "../../support/mutate";
import { mutation, type Mutation } from "./mutation";

const CONTAINERS = "resource/aws_ecs_task_definition/service-orders_task/container_definitions";
const environment = (name: string, change: (value: string) => string): Change =>
  putInside(CONTAINERS, "1/environment", (entries) =>
    (entries as JsonObject[]).map((entry) =>
      entry.name === name ? { ...entry, value: change(asText(entry.value)) } : entry,
    ),
  );
const SERVICE = "resource/aws_ecs_service/service-orders_service";

/** References, configurations and names that do not belong in a stack. */
export const TEXT_MUTATIONS: readonly Mutation[] = [
  mutation(
    "every ${...} is a known",
    "a dangling one",
    swap(/\$\{aws_iam_role\.writer_role_\w+\.arn\}/, "${aws_iam_role.gone.arn}"),
  ),
  mutation(
    "every ${...} is a known",
    "not escaped",
    environment("AOT_CONFIG_CONTENT", (text) => text.replace("$${env:", "${env:")),
  ),
  mutation(
    "every ${...} is a known",
    "a function",
    put("resource/aws_sns_topic/alerts_topic/name", '${file("/etc/passwd")}'),
  ),
  mutation(
    "every ${...} is a known",
    "a directive",
    put("resource/aws_sns_topic/alerts_topic/name", "%{ if true }x%{ endif }"),
  ),
  mutation(
    "every depends_on",
    "a dangling one",
    put("resource/time_sleep/service-orders_iam-propagation/depends_on", ["aws_iam_role.gone"]),
  ),
  mutation(
    "no unresolved CDKTF token",
    "text",
    put("resource/aws_sns_topic/alerts_topic/name", "${TfToken[TOKEN.12]}"),
  ),
  mutation(
    "no unresolved CDKTF token",
    "in a config",
    environment("AOT_CONFIG_CONTENT", (text) => `${text}#{TfToken[x.1]}`),
  ),
  mutation("no unresolved CDKTF token", "a number", put(`${SERVICE}/desired_count`, -1.8881545897087503e289)),
  mutation(
    "a rendered collector config names",
    "an unset variable",
    environment("AOT_CONFIG_CONTENT", (text) => text.replace("AMP_EXTERNAL_ID", "AMP_OTHER")),
  ),
  mutation(
    "a rendered collector config names",
    "an empty variable",
    environment("AMP_EXTERNAL_ID", () => ""),
  ),
  mutation(
    "the published collector config",
    "another text",
    put("resource/aws_ssm_parameter/collector-config-orders/insecure_value", "receivers: {}"),
  ),
  mutation(
    "the published collector config",
    "nothing",
    put("resource/aws_ssm_parameter/collector-config-orders/name", "/elsewhere"),
  ),
  mutation(
    "no stack mentions a tenant",
    "its name",
    put("resource/aws_sns_topic/alerts_topic/name", "tenantscope-globex-alerts"),
  ),
  mutation(
    "no stack mentions a tenant",
    "its account",
    put("resource/aws_sns_topic/alerts_topic/name", "x-333333333333"),
  ),
  mutation("no stack mentions a tenant", "in central", add("output/x/value", "acme"), "central"),
  mutation("no stack mentions a tenant", "without a limit", add("output/x/value", "acme"), "limits"),
  mutation(
    "no stack reads another's state",
    "remote state",
    add("data/terraform_remote_state/central/backend", "local"),
  ),
  mutation(
    "no stack reads another's state",
    "a sensitive value",
    swap(/contract\.insecure_value/, "contract.value"),
  ),
  mutation(
    "no stack reads another's state",
    "a secret",
    add("data/aws_secretsmanager_secret_version/x/secret_id", "x"),
  ),
];
