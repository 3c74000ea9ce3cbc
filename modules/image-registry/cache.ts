import { EcrPullThroughCacheRule } from "@cdktf/provider-aws/lib/ecr-pull-through-cache-rule";
import { EcrRegistryPolicy } from "@cdktf/provider-aws/lib/ecr-registry-policy";
import { EcrRepositoryCreationTemplate } from "@cdktf/provider-aws/lib/ecr-repository-creation-template";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import { cachedRepository, cachePrefix, imageReference, UPSTREAMS } from "../../lib/image-cache";
import { centralNames, IAM_PATH, IMAGE_CACHE_KEY } from "../../lib/names";
import { attribute, createAfter, literalDeep } from "../../lib/terraform-text";
import { EncryptionKey } from "../kms-key/kms-key";
import { lifecyclePolicy, type Kept } from "./lifecycle";
import { cachePolicy, creationPolicy, creationTrust, registryPolicy } from "./policies";

/**
 * No rule counts the images: every account of the organization may have any tag of these repositories copied, and with
 * enough old ones a tenant would have ECR expire the copy that everybody runs.
 */
const KEPT: Kept = { untaggedDays: 14 };

export interface ImageCacheProps {
  readonly accountId: string;
  readonly region: string;
  readonly organizationId: string;
  /** Public images, with whatever tag; others are left out. */
  readonly images: readonly string[];
  /** Secret with the credential of the upstream that asks for one. */
  readonly dockerHubSecretArn?: string;
  /** Of the repositories that ECR makes. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Copies of public images, made when they are first pulled. */
export class ImageCache extends Construct {
  constructor(scope: Construct, id: string, props: ImageCacheProps) {
    super(scope, id);
    const { accountId, region, organizationId, images } = props;
    const account = { accountId, region, organizationId };
    const repositories = [...new Set(images.flatMap((image) => cachedRepository(image) ?? []))].sort();
    if (repositories.length === 0) return;
    const key = new EncryptionKey(this, "key", {
      alias: IMAGE_CACHE_KEY,
      description: "Copies of public images",
      accountId,
      region,
      statements: [],
      usedThrough: ["ecr"],
    });
    const role = new IamRole(this, "role", {
      name: centralNames.imageCacheRole,
      path: IAM_PATH,
      description: "ECR makes the repositories of copied images with it",
      assumeRolePolicy: JSON.stringify(creationTrust(accountId)),
    });
    const rights = new IamRolePolicy(this, "role-policy", {
      role: attribute(role, "name"),
      name: "make-repositories",
      policy: JSON.stringify(creationPolicy(account, repositories, key.arn)),
    });
    const used = new Set(images.map((image) => imageReference(image).registry));
    for (const [registry, upstream] of Object.entries(UPSTREAMS)) {
      if (!used.has(registry)) continue;
      const template = new EcrRepositoryCreationTemplate(this, `template-${upstream.id}`, {
        prefix: cachePrefix(upstream),
        description: `Copies of images from ${registry}`,
        appliedFor: ["PULL_THROUGH_CACHE"],
        // A release is what it was when it was first pulled.
        imageTagMutability: "IMMUTABLE",
        encryptionConfiguration: [{ encryptionType: "KMS", kmsKey: key.arn }],
        lifecyclePolicy: JSON.stringify(lifecyclePolicy(KEPT)),
        repositoryPolicy: JSON.stringify(cachePolicy(accountId, organizationId)),
        resourceTags: literalDeep({ ...props.tags }),
        customRoleArn: attribute(role, "arn"),
      });
      createAfter(template, rights);
      const rule = new EcrPullThroughCacheRule(this, `rule-${upstream.id}`, {
        ecrRepositoryPrefix: cachePrefix(upstream),
        upstreamRegistryUrl: upstream.url,
        ...(upstream.needsCredential ? { credentialArn: props.dockerHubSecretArn } : {}),
      });
      // A repository that is made without its template would keep the defaults for good.
      createAfter(rule, template);
    }
    new EcrRegistryPolicy(this, "registry-policy", {
      policy: JSON.stringify(registryPolicy(account, repositories)),
    });
  }
}
