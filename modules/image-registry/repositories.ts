import { EcrLifecyclePolicy } from "@cdktf/provider-aws/lib/ecr-lifecycle-policy";
import { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository";
import { EcrRepositoryPolicy } from "@cdktf/provider-aws/lib/ecr-repository-policy";
import { Construct } from "constructs";
import type { ImageRepository } from "../../fleet/registry-types";
import { centralNames } from "../../lib/names";
import { attribute } from "../../lib/terraform-text";
import { EncryptionKey } from "../kms-key/kms-key";
import { lifecyclePolicy } from "./lifecycle";
import { repositoryPolicy } from "./policies";

export interface ImageRepositoriesProps {
  readonly accountId: string;
  readonly region: string;
  readonly organizationId: string;
  readonly repositories: readonly ImageRepository[];
  /** ARNs of the roles that push to a repository, by its name. */
  readonly pushers: (repository: string) => readonly string[];
}

/** Repositories for images of one's own: scanned, encrypted, and a tag means one image for ever. */
export class ImageRepositories extends Construct {
  constructor(scope: Construct, id: string, props: ImageRepositoriesProps) {
    super(scope, id);
    const { accountId, region, organizationId, repositories, pushers } = props;
    if (repositories.length === 0) return;
    const key = new EncryptionKey(this, "key", {
      alias: centralNames.kmsAlias(centralNames.cluster, "images"),
      description: "Images of the organization's own",
      accountId,
      region,
      statements: [],
      usedThrough: ["ecr"],
    });
    for (const settings of repositories) {
      const { name, accountIds } = settings;
      // No id may have a slash, and no name of a repository has two dashes.
      const part = name.replaceAll("/", "--");
      const repository = new EcrRepository(this, `repository-${part}`, {
        name,
        imageTagMutability: "IMMUTABLE",
        imageScanningConfiguration: { scanOnPush: true },
        encryptionConfiguration: [{ encryptionType: "KMS", kmsKey: key.arn }],
        // Images are deleted by hand before their repository is.
        forceDelete: false,
      });
      const repositoryName = attribute(repository, "name");
      new EcrLifecyclePolicy(this, `lifecycle-${part}`, {
        repository: repositoryName,
        policy: JSON.stringify(lifecyclePolicy(settings)),
      });
      new EcrRepositoryPolicy(this, `policy-${part}`, {
        repository: repositoryName,
        policy: JSON.stringify(
          repositoryPolicy({
            accountId,
            organizationId,
            ...(accountIds === undefined ? {} : { accountIds }),
            pushers: pushers(name),
          }),
        ),
      });
    }
  }
}
