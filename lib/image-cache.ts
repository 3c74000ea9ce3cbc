import type { Central } from "../fleet/types";

/** Where public images come from when the central registry keeps copies of them (ECR's pull-through cache). */

/** Names of the repositories that keep copies begin with it and a slash; nobody pushes there. */
export const CACHE_ROOT = "tenantscope";

const ECR_NAME = /^(?=.{2,256}$)[a-z0-9]+([._-][a-z0-9]+)*(\/[a-z0-9]+([._-][a-z0-9]+)*)*$/;

/** Whether ECR makes a repository of that name. Other registries also take two of `_` or `-` in a row. */
export const isRepositoryName = (name: string): boolean => ECR_NAME.test(name);

/** A public registry of which ECR can keep copies. */
export interface Upstream {
  /** Construct id: part of addresses in everybody's state. */
  readonly id: string;
  /** What ECR calls it. */
  readonly url: string;
  /** Answers only with an account of one's own there. */
  readonly needsCredential: boolean;
}

/** By the name that images have in front. */
export const UPSTREAMS: Readonly<Record<string, Upstream>> = {
  "docker.io": { id: "docker-hub", url: "registry-1.docker.io", needsCredential: true },
  "public.ecr.aws": { id: "ecr-public", url: "public.ecr.aws", needsCredential: false },
  "quay.io": { id: "quay", url: "quay.io", needsCredential: false },
  "registry.k8s.io": { id: "kubernetes", url: "registry.k8s.io", needsCredential: false },
};

/** Registries that only the internet leads to. */
export const PUBLIC_REGISTRIES: ReadonlySet<string> = new Set([
  ...Object.keys(UPSTREAMS),
  "gcr.io",
  "ghcr.io",
  "mcr.microsoft.com",
]);

/** Prefix of an upstream's repositories, without the slash that follows. */
export const cachePrefix = ({ id }: Upstream): string => `${CACHE_ROOT}/${id}`;

/** Whether a repository of ECR is one that keeps copies. */
export const isCached = (repository: string): boolean =>
  Object.values(UPSTREAMS).some((upstream) => repository.startsWith(`${cachePrefix(upstream)}/`));

const DOCKER_HUB = "docker.io";
/** Other names of Docker Hub. */
const ALIASES = new Set(["index.docker.io", "registry-1.docker.io"]);

export interface ImageReference {
  /** Host of the registry; Docker Hub's where the image names none. */
  readonly registry: string;
  /** Repository in it. */
  readonly path: string;
  /** `:tag`, `@digest` or both, as written. */
  readonly version: string;
}

/** Parts of an image's name that the schema let through: with a tag, a digest or both. */
export function imageReference(image: string): ImageReference {
  const [name = "", digest] = image.split("@");
  const tag = /:[^:/]*$/.exec(name)?.[0] ?? "";
  const repository = name.slice(0, name.length - tag.length);
  const version = digest === undefined ? tag : `${tag}@${digest}`;
  const [first = ""] = repository.split("/");
  const named = repository.includes("/") && /[.:]|^localhost$/.test(first);
  const registry = named && !ALIASES.has(first) ? first : DOCKER_HUB;
  const path = named ? repository.slice(first.length + 1) : repository;
  // Docker's own images have no other name there.
  return {
    registry,
    path: registry === DOCKER_HUB && !path.includes("/") ? `library/${path}` : path,
    version,
  };
}

/** Repository that keeps copies of the image; undefined for one of a registry that is not copied. */
export function cachedRepository(image: string): string | undefined {
  const { registry, path } = imageReference(image);
  const upstream = UPSTREAMS[registry];
  return upstream === undefined ? undefined : `${cachePrefix(upstream)}/${path}`;
}

/** The image's name in the cache, with the same tag and digest; the image itself where its registry is not copied. */
export function cachedImage(
  image: string,
  { accountId, region }: Pick<Central, "accountId" | "region">,
): string {
  const repository = cachedRepository(image);
  return repository === undefined
    ? image
    : `${accountId}.dkr.ecr.${region}.amazonaws.com/${repository}${imageReference(image).version}`;
}

type ImageSettings = Pick<Central, "accountId" | "region" | "images" | "waves" | "registry">;

/** The images under the names by which tasks pull them. */
export function pulledImages({
  registry,
  images,
  ...place
}: Omit<ImageSettings, "waves">): Central["images"] {
  if (registry?.cache === undefined) return images;
  return Object.fromEntries(
    Object.entries(images).map(([key, image]) => [key, cachedImage(image, place)]),
  ) as unknown as Central["images"];
}

/** Every image that some stack names, also in one wave only. */
export const namedImages = ({ images, waves }: Pick<ImageSettings, "images" | "waves">): string[] =>
  [...new Set([...Object.values(images), ...waves.flatMap((wave) => Object.values(wave.images))])].sort();

/** Name and version of an image, without its registry. */
export const shortImage = (image: string): string =>
  image.replace(/^.*\//, "").replace(/@sha256:(.{12}).*$/, "@$1");
