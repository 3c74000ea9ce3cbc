import { repositoryArn } from "../../modules/ecs-service/policies";
import type { Problem } from "../../lib/errors";
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
    ...ofCentral(central, "", central.images ?? {}),
    ...(central.waves ?? []).flatMap(({ images }, index) =>
      ofCentral(central, pointerOf("waves", index), images),
    ),
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

/** Warning: nobody knows what `latest` was yesterday. */
export const noLatest: Rule = (fleet) =>
  namedImages(fleet).flatMap(({ document, pointer, image }): Problem[] => {
    if (!image.endsWith(":latest")) return [];
    const message = 'has the tag "latest": a deployment that is taken back gets the same image';
    return [document.problem(pointer, { message, value: image, remedy: "write the tag of a release" })];
  });
