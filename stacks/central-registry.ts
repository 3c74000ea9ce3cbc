import type { Construct } from "constructs";
import type { Central } from "../fleet/types";
import { namedImages } from "../lib/image-cache";
import { githubRoleName, roleArn, stackNames } from "../lib/names";
import { remoteRuns } from "../lib/remote-runs";
import { centralTags } from "../lib/tags";
import { githubProvider, GithubRoles } from "../modules/github-roles/roles";
import { ImageCache } from "../modules/image-registry/cache";
import { ImageRepositories } from "../modules/image-registry/repositories";
import { registryScanning } from "../modules/image-registry/scanning";

/** The registry of images, where the fleet asks for it: copies of public ones, one's own, and who pushes these. */
export function centralRegistry(scope: Construct, central: Central): void {
  const { accountId, region, organizationId, registry } = central;
  if (registry === undefined) return;
  const { cache, scanning, repositories, github } = registry;
  registryScanning(scope, "image-scanning", scanning);
  if (cache !== undefined) {
    new ImageCache(scope, "image-cache", {
      accountId,
      region,
      organizationId,
      images: namedImages(central),
      ...cache,
      tags: centralTags(central, stackNames.central),
    });
  }
  const roles = github?.roles ?? [];
  new ImageRepositories(scope, "images", {
    accountId,
    region,
    organizationId,
    repositories,
    pushers: (repository) =>
      roles
        .filter(({ push }) => push.includes(repository))
        .map(({ name }) => roleArn(accountId, githubRoleName(name))),
  });
  if (github === undefined) return;
  // No run in HCP Terraform may make such a trust: there the stack `workspaces` does.
  const made = github.manageOidcProvider && remoteRuns(central) === undefined;
  new GithubRoles(scope, "github", {
    accountId,
    region,
    roles,
    ...(made ? { provider: githubProvider(scope, "github-provider") } : {}),
  });
}
