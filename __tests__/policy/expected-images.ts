/** What the registry of images adds to the policies that {@link file://./expected.ts} lists, all of it central. */

/** A repository of one's own, by its name with two dashes for the slash, and the role that pushes to it. */
const pushed = (repository: string, role: string): string[] => [
  `aws_ecr_repository_policy.images_policy-${repository} policy`,
  `aws_iam_role.github_role-${role} assume_role_policy`,
  `aws_iam_role_policy.github_policy-${role} policy`,
];

/** Copies of public images. */
const CACHE = [
  "aws_ecr_registry_policy.image-cache_registry-policy policy",
  "aws_ecr_repository_creation_template.image-cache_template-docker-hub repository_policy",
  "aws_ecr_repository_creation_template.image-cache_template-ecr-public repository_policy",
  "aws_iam_role.image-cache_role assume_role_policy",
  "aws_iam_role_policy.image-cache_role-policy policy",
  "aws_kms_key.image-cache_key policy",
];

export const EXAMPLE_IMAGES: readonly string[] = [
  ...CACHE,
  ...pushed("shop--checkout", "checkout"),
  "aws_kms_key.images_key policy",
];

export const EVERY_OPTION_IMAGES: readonly string[] = [
  ...CACHE,
  ...pushed("shared--base", "base"),
  ...pushed("restricted--gateway", "gateway"),
  "aws_kms_key.images_key policy",
];

const GITHUB = "token.actions.githubusercontent.com";

/** Trust of the example's two roles. */
export const IMAGES_TRUST: Readonly<Record<string, object>> = {
  "aws_iam_role.image-cache_role": {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Ecr",
        Effect: "Allow",
        Principal: { Service: "ecr.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { StringEqualsIfExists: { "aws:SourceAccount": "111111111111" } },
      },
    ],
  },
  "aws_iam_role.github_role-checkout": {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Workflows",
        Effect: "Allow",
        Principal: { Federated: `arn:aws:iam::111111111111:oidc-provider/${GITHUB}` },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: {
            [`${GITHUB}:aud`]: "sts.amazonaws.com",
            [`${GITHUB}:sub`]: ["repo:tenantscope-example@123456/checkout@456789:ref:refs/heads/main"],
          },
        },
      },
    ],
  },
};
