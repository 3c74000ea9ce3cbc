import { ImageCache } from "../../modules/image-registry/cache";
import { ImageRepositories } from "../../modules/image-registry/repositories";
import { registryScanning, scanningRules } from "../../modules/image-registry/scanning";
import { centralRegistry } from "../../stacks/central-registry";
import { IMAGES } from "../../lib/images";
import { census } from "../support/census";
import { CLOUD_BACKEND, central } from "../support/fleets";
import { alone, byName, policyOf, withoutHashes } from "../support/module-stack";

const ACCOUNT = { accountId: "111111111111", region: "eu-west-1", organizationId: "o-tenantscope1" };
const SECRET = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:ecr-pullthroughcache/docker-hub-AbCdEf";
const repository = (name: string): string => `arn:aws:ecr:eu-west-1:111111111111:repository/${name}`;

const cacheOf = (images: readonly string[]) =>
  alone(
    (scope) =>
      new ImageCache(scope, "cache", {
        ...ACCOUNT,
        images,
        dockerHubSecretArn: SECRET,
        tags: { note: "${x}" },
      }),
  ).stack;

const lifecycle = (untagged: number, ...kept: number[]): object => ({
  rules: [
    {
      rulePriority: 1,
      description: "Images that lost their tag",
      selection: {
        tagStatus: "untagged",
        countType: "sinceImagePushed",
        countUnit: "days",
        countNumber: untagged,
      },
      action: { type: "expire" },
    },
    ...kept.map((countNumber) => ({
      rulePriority: 2,
      description: "The oldest ones",
      selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber },
      action: { type: "expire" },
    })),
  ],
});

describe("the cache", () => {
  const stack = cacheOf(Object.values(IMAGES));

  test("has a rule and a template for each registry that images come from", () => {
    expect(census(stack)).toEqual({
      aws_ecr_pull_through_cache_rule: 2,
      aws_ecr_registry_policy: 1,
      aws_ecr_repository_creation_template: 2,
      aws_iam_role: 1,
      aws_iam_role_policy: 1,
      aws_kms_alias: 1,
      aws_kms_key: 1,
    });
    expect(byName(stack, "cache", "aws_ecr_pull_through_cache_rule", "upstream_registry_url")).toEqual({
      "rule-docker-hub": "registry-1.docker.io",
      "rule-ecr-public": "public.ecr.aws",
    });
    expect(byName(stack, "cache", "aws_ecr_pull_through_cache_rule", "credential_arn")).toEqual({
      "rule-docker-hub": SECRET,
      "rule-ecr-public": undefined,
    });
    // The template is there before the first image can be.
    expect(byName(stack, "cache", "aws_ecr_pull_through_cache_rule", "depends_on")).toEqual({
      "rule-docker-hub": ["aws_ecr_repository_creation_template.cache_template-docker-hub"],
      "rule-ecr-public": ["aws_ecr_repository_creation_template.cache_template-ecr-public"],
    });
  });

  test("makes repositories with a key, tags, a role, and a life", () => {
    const [template] = Object.values(stack.resource("aws_ecr_repository_creation_template"));
    const rest = { ...template, lifecycle_policy: undefined, repository_policy: undefined };
    expect(withoutHashes({ ...rest, "//": undefined, depends_on: undefined })).toEqual({
      applied_for: ["PULL_THROUGH_CACHE"],
      custom_role_arn: "${aws_iam_role.cache_role.arn}",
      description: "Copies of images from docker.io",
      encryption_configuration: [{ encryption_type: "KMS", kms_key: "${aws_kms_key.cache_key.arn}" }],
      image_tag_mutability: "IMMUTABLE",
      prefix: "tenantscope/docker-hub",
      resource_tags: { note: "$${x}" },
    });
    expect(policyOf(template, "lifecycle_policy")).toEqual(lifecycle(14));
    expect(policyOf(template, "repository_policy")).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "PullForTheOrganization",
          Effect: "Allow",
          Principal: "*",
          Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
          Condition: {
            StringEquals: { "aws:PrincipalOrgID": "o-tenantscope1" },
            StringNotEquals: { "aws:PrincipalAccount": "111111111111" },
          },
        },
      ],
    });
  });

  test("its role makes the repositories of the images in use, and uses one key", () => {
    const [policy] = Object.values(stack.resource("aws_iam_role_policy"));
    const names = [
      ...[
        "docker-hub/grafana/loki",
        "docker-hub/jaegertracing/jaeger",
        "docker-hub/nginxinc/nginx-unprivileged",
      ],
      ...["ecr-public/aws-cli/aws-cli", "ecr-public/aws-observability/aws-for-fluent-bit"],
      ...["ecr-public/aws-observability/aws-otel-collector", "ecr-public/docker/library/busybox"],
    ];
    expect(withoutHashes(policyOf(policy))).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "MakeRepositories",
          Effect: "Allow",
          Action: ["ecr:CreateRepository", "ecr:TagResource"],
          Resource: names.map((name) => repository(`tenantscope/${name}`)),
        },
        {
          Sid: "EncryptThem",
          Effect: "Allow",
          Action: ["kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"],
          Resource: "${aws_kms_key.cache_key.arn}",
        },
      ],
    });
  });

  test("is nothing when every image is in a registry of one's own", () => {
    expect(census(cacheOf(["registry.internal/loki:3.7.6"]))).toEqual({});
  });

  test("asks no credential when nothing comes from Docker Hub", () => {
    const other = cacheOf(["public.ecr.aws/a/b:1", "quay.io/c/d:2", "registry.k8s.io/pause:3.10"]);
    expect(byName(other, "cache", "aws_ecr_pull_through_cache_rule", "credential_arn")).toEqual({
      "rule-ecr-public": undefined,
      "rule-kubernetes": undefined,
      "rule-quay": undefined,
    });
  });
});

describe("repositories of one's own", () => {
  const stack = alone(
    (scope) =>
      new ImageRepositories(scope, "images", {
        ...ACCOUNT,
        repositories: [
          { name: "shop/api", untaggedDays: 3, keepImages: 9 },
          { name: "shopapi", accountIds: ["222222222222"], untaggedDays: 14, keepImages: 100 },
        ],
        pushers: (name) => (name === "shop/api" ? ["arn:aws:iam::111111111111:role/pusher"] : []),
      }),
  ).stack;

  test("have one key together, and each its life and its policy", () => {
    expect(census(stack)).toEqual({
      aws_ecr_lifecycle_policy: 2,
      aws_ecr_repository: 2,
      aws_ecr_repository_policy: 2,
      aws_kms_alias: 1,
      aws_kms_key: 1,
    });
    expect(byName(stack, "images", "aws_ecr_repository", "name")).toEqual({
      "repository-shop--api": "shop/api",
      "repository-shopapi": "shopapi",
    });
    const lives = byName(stack, "images", "aws_ecr_lifecycle_policy", "policy");
    expect(Object.values(lives).map((text) => JSON.parse(String(text)) as unknown)).toEqual([
      lifecycle(3, 9),
      lifecycle(14, 100),
    ]);
  });

  test("nobody but the pushers pushes, where there are some", () => {
    const policies = Object.values(stack.resource("aws_ecr_repository_policy")).map((each) => policyOf(each));
    const sids = policies.map((each) =>
      (each as { Statement: { Sid: string }[] }).Statement.map(({ Sid }) => Sid),
    );
    expect(sids).toEqual([["PullForTheOrganization", "NobodyElsePushes"], ["PullForTheOrganization"]]);
    expect(policies[1]).toMatchObject({
      Statement: [
        {
          Condition: {
            StringEquals: {
              "aws:PrincipalOrgID": "o-tenantscope1",
              "aws:PrincipalAccount": ["222222222222"],
            },
          },
        },
      ],
    });
  });
});

describe("scanning", () => {
  const filter = (...filters: string[]) => filters.map((each) => ({ filter: each, filterType: "WILDCARD" }));

  test("looks at every image when it arrives, and with Inspector at some again and again", () => {
    expect(scanningRules({ type: "basic", continuous: [] })).toEqual([
      { scanFrequency: "SCAN_ON_PUSH", repositoryFilter: filter("*") },
    ]);
    expect(scanningRules({ type: "enhanced", continuous: ["shop/*", "x"] })).toEqual([
      { scanFrequency: "CONTINUOUS_SCAN", repositoryFilter: filter("shop/*", "x") },
      { scanFrequency: "SCAN_ON_PUSH", repositoryFilter: filter("*") },
    ]);
    const { stack } = alone((scope) => registryScanning(scope, "scan", { type: "enhanced", continuous: [] }));
    expect(Object.values(stack.resource("aws_ecr_registry_scanning_configuration"))).toMatchObject([
      { scan_type: "ENHANCED" },
    ]);
  });
});

describe("the central stack's part", () => {
  const registry = {
    scanning: { type: "basic", continuous: [] },
    repositories: [{ name: "shop/api", untaggedDays: 14, keepImages: 100 }],
    github: {
      manageOidcProvider: true,
      roles: [{ name: "api", repository: "o/api", branches: ["main"], environments: [], push: ["shop/api"] }],
    },
  } as const;
  const types = (changes: Parameters<typeof central>[0]) =>
    Object.keys(
      census(
        alone((scope) => {
          centralRegistry(scope, central(changes));
        }).stack,
      ),
    );

  test("is nothing unless it is asked for", () => {
    expect(types({})).toEqual([]);
    expect(types({ registry: { ...registry, repositories: [], github: undefined as never } })).toEqual([
      "aws_ecr_registry_scanning_configuration",
    ]);
  });

  test("trusts GitHub's tokens unless something else does: another program, or the stack of the runs", () => {
    const provider = "aws_iam_openid_connect_provider";
    expect(types({ registry })).toContain(provider);
    expect(
      types({ registry: { ...registry, github: { ...registry.github, manageOidcProvider: false } } }),
    ).not.toContain(provider);
    expect(types({ registry, backend: CLOUD_BACKEND })).not.toContain(provider);
    expect(types({ registry, backend: { ...CLOUD_BACKEND, executionMode: "local" } })).toContain(provider);
  });
});
