import { isDeepStrictEqual } from "node:util";
import { remoteRuns } from "../../../lib/remote-runs";
import type { GithubRole } from "../../../fleet/registry-types";
import type { Central } from "../../../fleet/types";
import { containersOf } from "../../support/containers";
import {
  asObject,
  asText,
  list,
  objects,
  shown,
  texts,
  type Json,
  type JsonObject,
} from "../../support/json";
import { policiesOf } from "../../support/policies";
import type { Stack } from "../../support/synth";
import { resolve } from "../../support/terraform";
import { forStacks, tenantOfStack, type Rule } from "./rule";

/** Where a public image is pulled from when the fleet keeps copies, said again and in another way. */
export function copied({ registry, accountId, region }: Central, image: string): string {
  if (registry?.cache === undefined) return image;
  const copies = `${accountId}.dkr.ecr.${region}.amazonaws.com/tenantscope`;
  return image
    .replace(/^docker\.io\//, `${copies}/docker-hub/`)
    .replace(/^public\.ecr\.aws\//, `${copies}/ecr-public/`);
}

const OF_ECR = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([^:@]+)[:@]/;
const COPY = /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com\/tenantscope\//;

export const nothingBypassesTheCache = forStacks(
  "with copies of public images no container of ours comes from a public registry",
  (stack, tree) => {
    const { registry } = tree.fleet.central;
    if (registry?.cache === undefined) return [];
    const own = new Set(
      (tenantOfStack(stack, tree)?.services ?? []).flatMap((service) =>
        service.mode === "managed" ? service.containers.map(({ name }) => name) : [],
      ),
    );
    return containersOf(stack).flatMap(({ where, definitions }) =>
      definitions
        .filter(({ name, image }) => !own.has(asText(name)) && !OF_ECR.test(asText(image)))
        .map(({ image }) => `${where}: ${asText(image)}`),
    );
  },
);

const repositoryArns = (images: readonly string[]): string[] =>
  [
    ...new Set(
      images.flatMap((image) => {
        const [, account = "", region = "", name = ""] = OF_ECR.exec(image) ?? [];
        return name === "" ? [] : [`arn:aws:ecr:${region}:${account}:repository/${name}`];
      }),
    ),
  ].sort();

const FILL = ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"];
const PULL = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

/** What the statements of a policy allow of images: Sid, actions, repositories. */
const pulls = (statements: readonly JsonObject[]): (string | string[])[][] =>
  statements
    .filter(({ Sid }) => Sid === "PullImages" || Sid === "FillCache")
    .map(({ Sid, Action, Resource }) => [asText(Sid), texts(Action), texts(Resource)]);

/** What containers of these images need. */
function wantedPulls(images: readonly string[]): (string | string[])[][] {
  const [all, copies] = [repositoryArns(images), repositoryArns(images.filter((image) => COPY.test(image)))];
  return [
    ...(all.length === 0 ? [] : [["PullImages", PULL, all]]),
    ...(copies.length === 0 ? [] : [["FillCache", FILL, copies]]),
  ];
}

/** Statements of the inline policies of the role that an attribute refers to. */
function statementsOfRole(stack: Stack, reference: Json | undefined): JsonObject[] {
  const role = asText(reference ?? "").replace(/\.arn\}$/, ".name}");
  return Object.values(stack.resource("aws_iam_role_policy"))
    .filter((each) => each.role === role)
    .flatMap(({ policy }) => objects(asObject(JSON.parse(asText(policy)) as Json).Statement));
}

export const tasksPullTheirImages = forStacks(
  "ECS pulls exactly a task's own images, and has the cache filled with exactly those that are copies",
  (stack) =>
    Object.entries(stack.resource("aws_ecs_task_definition")).flatMap(([id, attributes]) => {
      const definitions = objects(JSON.parse(asText(attributes.container_definitions)) as Json);
      const images = definitions.map(({ image }) => asText(image));
      const statements = statementsOfRole(stack, attributes.execution_role_arn);
      const [found, wanted] = [pulls(statements), wantedPulls(images)];
      const others = statements.filter(
        ({ Sid, Action }) =>
          texts(Action).some((action) => action.startsWith("ecr:")) &&
          !["PullImages", "FillCache", "LogInToRegistry"].includes(asText(Sid)),
      );
      return isDeepStrictEqual(found, wanted) && others.length === 0
        ? []
        : [`aws_ecs_task_definition.${id} pulls ${JSON.stringify(found)} for ${images.join(", ")}`];
    }),
);

export const publishedPullTheirImages = forStacks(
  "what a team is told to merge pulls and fills exactly the sidecars' images",
  (stack) =>
    policiesOf(stack)
      .filter(({ where }) => where.endsWith(".executionRoleStatements"))
      .flatMap(({ where, statements }) => {
        const [place = ""] = where.split(" ");
        const images = containersOf(stack)
          .filter((each) => each.where === place)
          .flatMap(({ definitions }) => definitions.map(({ image }) => asText(image)));
        const [found, wanted] = [pulls(statements), wantedPulls(images)];
        return isDeepStrictEqual(found, wanted) ? [] : [`${where}: ${JSON.stringify(found)}`];
      }),
);

/** A tag means one image for ever, and every image is scanned when it arrives. */
export const imagesStayWhatTheyAre = forStacks(
  "tags of images are immutable, images are scanned, and nobody deletes them with their repository",
  (stack) => [
    ...Object.entries(stack.resource("aws_ecr_repository"))
      .filter(
        ([, each]) =>
          each.image_tag_mutability !== "IMMUTABLE" ||
          each.image_tag_mutability_exclusion_filter !== undefined ||
          each.force_delete !== false ||
          objects(each.image_scanning_configuration)[0]?.scan_on_push !== true,
      )
      .map(([id]) => `aws_ecr_repository.${id}`),
    ...Object.entries(stack.resource("aws_ecr_repository_creation_template"))
      .filter(
        ([, each]) =>
          each.image_tag_mutability !== "IMMUTABLE" ||
          each.image_tag_mutability_exclusion_filter !== undefined ||
          !/^tenantscope\/[a-z-]+$/.test(asText(each.prefix)) ||
          !isDeepStrictEqual(each.applied_for, ["PULL_THROUGH_CACHE"]),
      )
      .map(([id]) => `aws_ecr_repository_creation_template.${id}`),
    ...Object.entries(stack.resource("aws_ecr_registry_scanning_configuration"))
      .filter(
        ([, { rule }]) =>
          !objects(rule).some(
            ({ scan_frequency, repository_filter: filters }) =>
              scan_frequency === "SCAN_ON_PUSH" && objects(filters).some(({ filter }) => filter === "*"),
          ),
      )
      .map(([id]) => `aws_ecr_registry_scanning_configuration.${id}`),
  ],
);

/** Registry at the other end, and whether an account there is shown. */
const UPSTREAMS: Readonly<Record<string, readonly [url: string, credential: boolean]>> = {
  "tenantscope/docker-hub": ["registry-1.docker.io", true],
  "tenantscope/ecr-public": ["public.ecr.aws", false],
};

export const copiesComeFromUpstream = forStacks(
  "copies come from the registries that are meant, with a credential that Terraform does not know",
  (stack, { fleet: { central } }) => [
    ...Object.entries(stack.resource("aws_ecr_pull_through_cache_rule"))
      .filter(([, each]) => {
        const [url, credential] = UPSTREAMS[asText(each.ecr_repository_prefix)] ?? [];
        return (
          each.upstream_registry_url !== url ||
          each.credential_arn !==
            (credential === true ? central.registry?.cache?.dockerHubSecretArn : undefined) ||
          each.custom_role_arn !== undefined
        );
      })
      .map(([id]) => `aws_ecr_pull_through_cache_rule.${id}`),
    ...Object.entries(stack.resource("aws_secretsmanager_secret_version")).map(
      ([id]) => `aws_secretsmanager_secret_version.${id} has a value`,
    ),
  ],
);

const ISSUER = "token.actions.githubusercontent.com";

const wantedTrust = (accountId: string, { repository, branches, environments }: GithubRole): object => ({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "Workflows",
      Effect: "Allow",
      Principal: { Federated: `arn:aws:iam::${accountId}:oidc-provider/${ISSUER}` },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: {
          [`${ISSUER}:aud`]: "sts.amazonaws.com",
          [`${ISSUER}:sub`]: [
            ...branches.map((branch) => `repo:${repository}:ref:refs/heads/${branch}`),
            ...environments.map((name) => `repo:${repository}:environment:${name}`),
          ],
        },
      },
    },
  ],
});

/** Of the trust alone, wherever it stands: what breaks policies one by one asks it. */
export const githubTrustIsExact = forStacks(
  "a role that is called like GitHub's trusts exactly what the fleet says",
  (stack, { fleet: { central } }) =>
    Object.entries(stack.resource("aws_iam_role")).flatMap(([id, { name, assume_role_policy }]) => {
      const role = central.registry?.github?.roles.find((each) => name === `tenantscope-github-${each.name}`);
      if (role === undefined || assume_role_policy === undefined) return [];
      const trust = JSON.parse(asText(assume_role_policy)) as unknown;
      return isDeepStrictEqual(trust, wantedTrust(central.accountId, role)) ? [] : [`aws_iam_role.${id}`];
    }),
);

export const githubIsTrustedExactly = forStacks(
  "the role of a GitHub repository trusts that one's named branches and environments, and pushes to its own repositories",
  (stack, tree) => {
    const { central } = tree.fleet;
    const { github } = central.registry ?? {};
    const remote = remoteRuns(central) !== undefined;
    const maker = remote ? "workspaces" : "central";
    const providers = Object.values(stack.resource("aws_iam_openid_connect_provider")).filter(
      ({ url }) => url === `https://${ISSUER}`,
    );
    const wantedProviders =
      stack.name === maker && github?.manageOidcProvider === true
        ? [{ client_id_list: ["sts.amazonaws.com"], url: `https://${ISSUER}` }]
        : [];
    const provided = providers.map(({ client_id_list, url, ...rest }) => ({
      client_id_list,
      url,
      ...("thumbprint_list" in rest ? { thumbprint_list: rest.thumbprint_list } : {}),
    }));
    const roles = Object.entries(stack.resource("aws_iam_role")).filter(([, { assume_role_policy }]) =>
      asText(assume_role_policy).includes("oidc-provider/token.actions"),
    );
    const found = roles.map(([id, { name, path, assume_role_policy, max_session_duration }]) => ({
      name,
      path,
      max_session_duration,
      trust: JSON.parse(asText(assume_role_policy)) as unknown,
      statements: statementsOfRole(stack, `\${aws_iam_role.${id}.arn}`),
    }));
    const wanted = (stack.name === "central" ? (github?.roles ?? []) : []).map((role) => ({
      name: `tenantscope-github-${role.name}`,
      path: "/tenantscope/",
      max_session_duration: 3600,
      trust: wantedTrust(central.accountId, role),
      statements: [
        { Sid: "LogInToRegistry", Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
        {
          Sid: "PushImages",
          Effect: "Allow",
          Action: [
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:CompleteLayerUpload",
            "ecr:GetDownloadUrlForLayer",
            "ecr:InitiateLayerUpload",
            "ecr:PutImage",
            "ecr:UploadLayerPart",
          ],
          Resource: role.push.map(
            (name) => `arn:aws:ecr:${central.region}:${central.accountId}:repository/${name}`,
          ),
        },
      ],
    }));
    return [
      ...(isDeepStrictEqual(provided, wantedProviders) ? [] : [`trusts ${shown(list(provided))}`]),
      ...(isDeepStrictEqual(found, wanted) ? [] : [`has ${resolve(tree, stack, JSON.stringify(found))}`]),
    ];
  },
);

export const IMAGE_RULES: readonly Rule[] = [
  nothingBypassesTheCache,
  tasksPullTheirImages,
  publishedPullTheirImages,
  imagesStayWhatTheyAre,
  copiesComeFromUpstream,
  githubIsTrustedExactly,
];
