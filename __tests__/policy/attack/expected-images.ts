import { row } from "../../support/reach";
import { c, key, type TenantName } from "./names";

/** What tasks and workflows may do with images, and what their kinds are called in the tables. */

const copy = (name: string): string => c("ecr", `repository/tenantscope/${name}`);

/** Logging in to a registry: the token opens nothing by itself. */
export const LOG_IN = row("ecr:GetAuthorizationToken", ["*"]);

/** Copies that a central task runs; they are made when it pulls them first. */
export const pullCopies = (...names: string[]): string[] => [
  LOG_IN,
  row(
    "ecr:BatchCheckLayerAvailability ecr:BatchGetImage ecr:BatchImportUpstreamImage ecr:CreateRepository ecr:GetDownloadUrlForLayer",
    names.map(copy),
  ),
];

export const JAEGER_IMAGE = "docker-hub/jaegertracing/jaeger";
export const BUSYBOX_IMAGE = "ecr-public/docker/library/busybox";

const CHECKOUT = c("ecr", "repository/shop/checkout");
const RESTRICTED = c("ecr", "repository/shop/restricted");
const OWN = [CHECKOUT, RESTRICTED];

const PULL = "ecr:BatchCheckLayerAvailability ecr:BatchGetImage ecr:GetDownloadUrlForLayer";
/** What every account of the organization pulls. */
export const PULL_OWN = row(PULL, [CHECKOUT]);
/** Besides, `acme2` pulls what is for its account alone. */
export const pullOwn = (tenant: TenantName): string => (tenant === "acme2" ? row(PULL, OWN) : PULL_OWN);

/** Kept from everybody but the workflows. */
export const PUSH_OWN = "ecr:CompleteLayerUpload ecr:InitiateLayerUpload ecr:PutImage ecr:UploadLayerPart";
export const OWN_IMAGES = OWN;

const push = (repositories: readonly string[]): string[] => [
  LOG_IN,
  row(
    "ecr:BatchCheckLayerAvailability ecr:BatchGetImage ecr:CompleteLayerUpload ecr:GetDownloadUrlForLayer ecr:InitiateLayerUpload ecr:PutImage ecr:UploadLayerPart",
    repositories,
  ),
];
/** The roles of two repositories at GitHub; one pushes for both. */
export const GITHUB = { checkout: push([CHECKOUT]), restricted: push(OWN) };

/** ECR's own, to make repositories for copies; its grants are at one key. */
export const IMAGE_CACHE = [
  row(
    "ecr:CreateRepository ecr:TagResource",
    [
      ...["docker-hub/grafana/loki", JAEGER_IMAGE, "docker-hub/nginxinc/nginx-unprivileged"],
      ...["ecr-public/aws-cli/aws-cli", "ecr-public/aws-observability/aws-for-fluent-bit"],
      ...["ecr-public/aws-observability/aws-otel-collector", BUSYBOX_IMAGE],
    ].map(copy),
  ),
  row("kms:CreateGrant", [key("imagecachekey")], "kms:ViaService StringEquals ecr.eu-west-1.amazonaws.com"),
  row("kms:DescribeKey kms:RetireGrant", [key("imagecachekey")]),
];
