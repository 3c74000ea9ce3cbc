import { add, put, putInside, swap } from "../../support/mutate";
import { central, mutation, type Mutation } from "./mutation";

const TEMPLATE = "resource/aws_ecr_repository_creation_template/image-cache_template-docker-hub";
const CACHE_RULE = "resource/aws_ecr_pull_through_cache_rule/image-cache_rule-docker-hub";
const REGISTRY = "resource/aws_ecr_registry_policy/image-cache_registry-policy/policy";
const REPOSITORY = "resource/aws_ecr_repository/images_repository-shop--checkout";
const REPOSITORY_POLICY = "resource/aws_ecr_repository_policy/images_policy-shop--checkout/policy";
const TRUST = "resource/aws_iam_role/github_role-checkout/assume_role_policy";
const RIGHTS = "resource/aws_iam_role_policy/github_policy-checkout/policy";
const SUBJECT = "Statement/0/Condition/StringEquals/token.actions.githubusercontent.com:sub";
const LOKI = "resource/aws_ecs_task_definition/loki_loki-0_task/container_definitions";
const EXECUTION = "resource/aws_iam_role_policy/service-orders_execution-policy/policy";

const BYPASS = "with copies of public images";
const PULL = "ECS pulls exactly";
const STAY = "tags of images are immutable";
const UPSTREAM = "copies come from";
const GITHUB = "the role of a GitHub repository";
const EVERYBODY = "a statement for everybody";

/** Images that come from elsewhere, move, or are pushed by others. */
export const IMAGE_MUTATIONS: readonly Mutation[] = [
  central(BYPASS, "Loki from Docker Hub", putInside(LOKI, "2/image", "docker.io/grafana/loki:3.7.6")),
  mutation(
    BYPASS,
    "a sidecar from the public registry",
    swap(/111111111111\.dkr\.ecr\.eu-west-1\.amazonaws\.com\/tenantscope\/ecr-public/, "public.ecr.aws"),
  ),
  mutation(PULL, "every copy", putInside(EXECUTION, "Statement/2/Resource", "arn:aws:ecr:*:*:repository/*")),
  mutation(PULL, "layers of nothing", putInside(EXECUTION, "Statement/2/Action", ["ecr:BatchGetImage"])),
  mutation(
    PULL,
    "copies into no repository",
    putInside(EXECUTION, "Statement/3/Action", ["ecr:BatchImportUpstreamImage"]),
  ),
  mutation(PULL, "no filling", putInside(EXECUTION, "Statement/3/Resource", [])),
  mutation(PULL, "pushing", putInside(EXECUTION, "Statement/3/Sid", "Push")),
  mutation(
    "what a team is told to merge",
    "no filling",
    swap(/ecr:BatchImportUpstreamImage/, "ecr:BatchDeleteImage"),
    "tenant-initech",
  ),
  central(STAY, "tags that move", put(`${REPOSITORY}/image_tag_mutability`, "MUTABLE")),
  central(STAY, "not scanned", put(`${REPOSITORY}/image_scanning_configuration/scan_on_push`, false)),
  central(STAY, "deleted with its images", put(`${REPOSITORY}/force_delete`, true)),
  central(STAY, "copies that move", put(`${TEMPLATE}/image_tag_mutability`, "MUTABLE")),
  central(STAY, "repositories of anybody", put(`${TEMPLATE}/prefix`, "ROOT")),
  central(
    STAY,
    "scanned never",
    put("resource/aws_ecr_registry_scanning_configuration/image-scanning/rule/0/scan_frequency", "MANUAL"),
  ),
  central(UPSTREAM, "another registry", put(`${CACHE_RULE}/upstream_registry_url`, "ghcr.io")),
  central(UPSTREAM, "another secret", put(`${CACHE_RULE}/credential_arn`, "arn:aws:secretsmanager:x")),
  central(
    UPSTREAM,
    "a value in the state",
    add("resource/aws_secretsmanager_secret_version/x/secret_string", "{}"),
  ),
  central("whatever keeps data", "copies without a key", put(`${TEMPLATE}/encryption_configuration`, [])),
  central(
    "whatever keeps data",
    "AWS's key",
    put(`${REPOSITORY}/encryption_configuration/0/encryption_type`, "AES256"),
  ),
  central(
    EVERYBODY,
    "copies for the world",
    putInside(`${TEMPLATE}/repository_policy`, "Statement/0/Condition", undefined),
  ),
  central(
    EVERYBODY,
    "copies of everything",
    putInside(REGISTRY, "Statement/0/Resource/0", "arn:aws:ecr:eu-west-1:111111111111:repository/*"),
  ),
  central(
    EVERYBODY,
    "another organization's",
    putInside(REPOSITORY_POLICY, "Statement/0/Condition/StringEquals/aws:PrincipalOrgID", "o-other00000"),
  ),
  central(
    EVERYBODY,
    "pushing by the organization",
    putInside(REPOSITORY_POLICY, "Statement/0/Action/0", "ecr:PutImage"),
  ),
  central(
    EVERYBODY,
    "pushing by anybody in the account",
    putInside(REPOSITORY_POLICY, "Statement/1/Effect", "Allow"),
  ),
  central(GITHUB, "any branch", putInside(TRUST, SUBJECT, ["repo:tenantscope-example/checkout:*"])),
  central(
    GITHUB,
    "by pattern",
    putInside(TRUST, "Statement/0/Condition", {
      StringLike: { "token.actions.githubusercontent.com:sub": "*" },
    }),
  ),
  central(
    GITHUB,
    "any audience",
    putInside(TRUST, "Statement/0/Condition/StringEquals/token.actions.githubusercontent.com:aud", undefined),
  ),
  central(
    GITHUB,
    "another repository",
    putInside(RIGHTS, "Statement/1/Resource", [
      "arn:aws:ecr:eu-west-1:111111111111:repository/tenantscope/docker-hub/grafana/loki",
    ]),
  ),
  central(GITHUB, "deleting", putInside(RIGHTS, "Statement/1/Action/0", "ecr:BatchDeleteImage")),
  central(
    GITHUB,
    "another audience's tokens",
    put("resource/aws_iam_openid_connect_provider/github-provider/client_id_list", ["everybody"]),
  ),
];
