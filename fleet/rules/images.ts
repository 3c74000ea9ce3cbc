import type { Problem } from "../../lib/errors";
import { cachedRepository, isRepositoryName } from "../../lib/image-cache";
import { repositoryArn } from "../../modules/ecs-service/policies";
import { type Document, pointerOf } from "../document";
import type { FleetView } from "../view";
import { containerPointer, type Rule } from "./rule";

/** An image that somebody named in a file. */
interface NamedImage {
  readonly document: Document;
  readonly pointer: string;
  readonly image: string;
  /** Whose file it is; undefined for the central one. */
  readonly accountId: string | undefined;
}

/** The images of the tenants' containers and the central file's. */
function namedImages({ central, tenants }: FleetView): NamedImage[] {
  return [
    ...centralImages(central),
    ...tenants.flatMap((tenant) =>
      tenant.services.flatMap(({ pointer, service }) =>
        service.mode === "attached"
          ? []
          : service.containers.map(({ image }, index) => ({
              document: tenant.document,
              pointer: `${containerPointer(pointer, index)}/image`,
              image,
              accountId: tenant.accountId,
            })),
      ),
    ),
  ];
}

/** The images that this program runs: those of the central file, also of its waves. */
export const centralImages = (central: FleetView["central"]): NamedImage[] => [
  ...ofCentral(central, "", central.images ?? {}),
  ...(central.waves ?? []).flatMap(({ images }, index) =>
    ofCentral(central, pointerOf("waves", index), images),
  ),
];

/** Those of an object "images" below `pointer` in the central file. */
const ofCentral = (
  { document }: FleetView["central"],
  pointer: string,
  images: Readonly<Record<string, string>>,
): NamedImage[] =>
  Object.entries(images).map(([key, image]) => ({
    document,
    pointer: `${pointer}/images/${key}`,
    image,
    accountId: undefined,
  }));

/** Nothing of one tenant runs in another's task: a tenant who may push an image would decide what another one runs. */
export const imagesAreNobodyElses: Rule = (fleet) => {
  const owners = new Map(fleet.tenants.map(({ accountId, document }) => [accountId, document.file]));
  return namedImages(fleet).flatMap(({ document, pointer, image, accountId }): Problem[] => {
    const account = repositoryArn(image)?.split(":")[4];
    const owner = owners.get(account);
    if (account === undefined || account === accountId || owner === undefined) return [];
    const message = `is in account ${account}, that of ${owner}`;
    const remedy = "copy it to a registry that no other tenant owns";
    return [document.problem(pointer, { message, value: image, remedy })];
  });
};

/** A repository that ECR cannot make keeps every task that needs it from starting. */
export const imagesHaveNamesOfEcr: Rule = (fleet) => {
  const caches = fleet.central.registry?.cache !== undefined;
  return namedImages(fleet).flatMap(({ document, pointer, image, accountId }): Problem[] => {
    const own = repositoryArn(image)?.split(":repository/")[1];
    if (own !== undefined && !isRepositoryName(own)) {
      const message = "is in a repository with a name that ECR refuses";
      const remedy = "write it with one of . _ - between letters and digits, 2 to 256 characters in all";
      return [document.problem(pointer, { message, value: image, remedy })];
    }
    const copy = caches && accountId === undefined ? cachedRepository(image) : undefined;
    if (copy === undefined || isRepositoryName(copy)) return [];
    const message = `has a name under which ECR keeps no copy: ${copy}`;
    const remedy = "push it to a repository of your own and name that one";
    return [document.problem(pointer, { message, value: image, remedy })];
  });
};

/** Warning: nobody knows what `latest` was yesterday. */
export const noLatest: Rule = (fleet) =>
  namedImages(fleet).flatMap(({ document, pointer, image }): Problem[] => {
    if (!image.endsWith(":latest")) return [];
    const message = 'has the tag "latest": a deployment that is taken back gets the same image';
    return [document.problem(pointer, { message, value: image, remedy: "write the tag of a release" })];
  });
