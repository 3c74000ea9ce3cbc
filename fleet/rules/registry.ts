import type { Problem } from "../../lib/errors";
import {
  CACHE_ROOT,
  cachedRepository,
  imageReference,
  PUBLIC_REGISTRIES,
  UPSTREAMS,
} from "../../lib/image-cache";
import { repositoryArn } from "../../modules/ecs-service/policies";
import { nearest } from "../nearest";
import { centralImages } from "./images";
import { containerPointer, forManagedServices, type Rule } from "./rule";

const repositoryPointer = (index: number): string => `/registry/repositories/${String(index)}`;

export const repositoriesDiffer: Rule = ({ central: { document, registry } }) => {
  const seen = new Set<string>();
  return (registry?.repositories ?? []).flatMap(({ name }, index): Problem[] => {
    const pointer = `${repositoryPointer(index)}/name`;
    if (seen.has(name)) {
      const message = "is the name of an earlier repository";
      return [document.problem(pointer, { message, value: name, remedy: "remove one of them" })];
    }
    seen.add(name);
    if (name !== CACHE_ROOT && !name.startsWith(`${CACHE_ROOT}/`)) return [];
    const message = `begins with ${CACHE_ROOT}, where copies of public images are kept`;
    return [document.problem(pointer, { message, value: name, remedy: "choose another name" })];
  });
};

export const continuousNeedsEnhanced: Rule = ({ central: { document, registry } }) => {
  if (
    registry === undefined ||
    registry.scanning.type === "enhanced" ||
    registry.scanning.continuous.length === 0
  )
    return [];
  const message = 'has no effect with the type "basic", which scans an image when it arrives';
  const remedy = 'remove it, or write "type": "enhanced"';
  return [document.problem("/registry/scanning/continuous", { message, remedy }, "key")];
};

/** ECR reads no other account's secret, and none of another Region. */
export const credentialIsCentral: Rule = ({ central: { document, registry, accountId, region } }) => {
  const arn = registry?.cache?.dockerHubSecretArn;
  if (arn === undefined || accountId === undefined || region === undefined) return [];
  const [, , , itsRegion, itsAccount] = arn.split(":");
  if (itsRegion === region && itsAccount === accountId) return [];
  const message = `is not in the central account and Region (${accountId}, ${region})`;
  const remedy = "make the secret there and name that one";
  return [document.problem("/registry/cache/dockerHubSecretArn", { message, value: arn, remedy })];
};

/** With the cache no image comes from a public registry any more. */
export const imagesAreCached: Rule = ({ central }) => {
  const { document, registry } = central;
  if (registry?.cache === undefined) return [];
  const withCredential = new Set<string>();
  const problems = centralImages(central).flatMap(({ pointer, image }): Problem[] => {
    const { registry: host } = imageReference(image);
    if (UPSTREAMS[host]?.needsCredential === true) withCredential.add(pointer.slice(1).replaceAll("/", "."));
    if (UPSTREAMS[host] !== undefined || !PUBLIC_REGISTRIES.has(host)) return [];
    const message = `comes from ${host}, of which the cache keeps no copies`;
    const remedy = "push it to a repository of your own and name that one";
    return [document.problem(pointer, { message, value: image, remedy })];
  });
  if (withCredential.size === 0 || registry.cache.dockerHubSecretArn !== undefined) return problems;
  const message = `needs dockerHubSecretArn: ${[...withCredential].join(", ")} come from Docker Hub, which answers ECR only with an account`;
  const remedy = "make the secret as docs/IMAGES.md says and name it, or name copies of these images";
  return [...problems, document.problem("/registry/cache", { message, remedy }, "key")];
};

/** A tenant's own image in the central registry can be pulled by the tenant's account. */
export const ownImagesCanBePulled: Rule = (fleet) => {
  const { registry, accountId: centralId } = fleet.central;
  if (registry === undefined || centralId === undefined) return [];
  return forManagedServices(({ pointer, service }, { document, accountId }) =>
    service.containers.flatMap(({ image }, index): Problem[] => {
      const name = centralRepository(image, centralId);
      const found = registry.repositories.findIndex((each) => each.name === name);
      const accountIds = registry.repositories[found]?.accountIds;
      if (accountId === undefined || accountIds === undefined || accountIds.includes(accountId)) return [];
      const message = `is in a repository from which account ${accountId} may not pull`;
      const remedy = `add the account to ${repositoryPointer(found)}/accountIds of central.json`;
      return [
        document.problem(`${containerPointer(pointer, index)}/image`, { message, value: image, remedy }),
      ];
    }),
  )(fleet);
};

/** Warning: a task cannot start when its image is nowhere. */
export const ownImagesAreKnown: Rule = (fleet) => {
  const { registry, accountId: centralId } = fleet.central;
  if (registry === undefined || centralId === undefined) return [];
  const names = registry.repositories.map(({ name }) => name);
  return forManagedServices(({ pointer, service }, { document }) =>
    service.containers.flatMap(({ image }, index): Problem[] => {
      const name = centralRepository(image, centralId);
      if (name === undefined || names.includes(name) || name.startsWith(`${CACHE_ROOT}/`)) return [];
      const message = `is in a repository of the central account that central.json does not make: ${name}`;
      const guess = nearest(name, names);
      const remedy =
        guess === undefined ? "add it to registry.repositories there" : `did you mean "${guess}"?`;
      return [
        document.problem(`${containerPointer(pointer, index)}/image`, { message, value: image, remedy }),
      ];
    }),
  )(fleet);
};

/** Repository of an image in the central account; undefined for every other image. */
function centralRepository(image: string, centralId: string): string | undefined {
  const [, , , , account, resource] = repositoryArn(image)?.split(":") ?? [];
  return account === centralId ? resource?.replace("repository/", "") : undefined;
}

/** Warning: ECR looks upstream for tags only. */
export const digestsAreCopied: Rule = ({ central }) =>
  central.registry?.cache === undefined
    ? []
    : centralImages(central).flatMap(({ pointer, image }): Problem[] => {
        if (!image.includes("@") || cachedRepository(image) === undefined) return [];
        const message = "is not copied by its digest: until the cache has it, no task that needs it starts";
        const remedy = "pull it from the cache by its tag first, as docs/IMAGES.md says";
        return [central.document.problem(pointer, { message, value: image, remedy })];
      });

/** Warning: whoever pulls an image first gets it past the cache. */
export const cacheIsFilled: Rule = ({ central: { document, registry, network } }) => {
  if (registry?.cache === undefined || network?.kind !== "created" || network.egress === "nat") return [];
  const message = 'is filled over the internet, to which the network\'s egress "endpoints" has no way';
  const remedy = "pull every image once from elsewhere before a deployment, as docs/IMAGES.md says";
  return [document.problem("/registry/cache", { message, remedy }, "key")];
};
