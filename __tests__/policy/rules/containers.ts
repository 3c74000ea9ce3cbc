import { waveOf } from "../../../fleet/waves";
import { hasStore } from "../../support/fleet-parts";
import { containersOf, environmentOf, type Containers } from "../../support/containers";
import { asText, objects, shown, texts, type JsonObject } from "../../support/json";
import { copied } from "./images";
import { forStacks, tenantOfStack, type Rule } from "./rule";
import type { Stack, Tree } from "../../support/synth";

/** The containers that this program adds to a task; everything else is the tenant's. */
export const SIDECARS: ReadonlySet<string> = new Set(["adot-collector", "log-router"]);

const isSidecar = (definition: JsonObject): boolean => SIDECARS.has(asText(definition.name));

export const perContainer = (
  stack: Stack,
  pick: (definition: JsonObject) => boolean,
  check: (definition: JsonObject, siblings: Containers) => readonly (string | false)[],
): string[] =>
  containersOf(stack).flatMap((containers) =>
    containers.definitions.filter(pick).flatMap((definition) =>
      check(definition, containers)
        .filter((text) => text !== false)
        .map((text) => `${containers.where} ${asText(definition.name)}: ${text}`),
    ),
  );

/** "Observability never takes a tenant's product down." */
export const sidecarsNeverGateTheTask = forStacks("a sidecar neither stops nor delays its task", (stack) =>
  perContainer(stack, isSidecar, (definition) => [
    definition.essential !== false && "is essential",
    objects(definition.secrets).length > 0 && "needs a secret: a failed fetch stops the whole task",
    objects(definition.dependsOn).length > 0 && "waits for another container",
    objects(definition.portMappings).length > 0 && "maps a port",
    // Also the router's own lines: what it says of itself must not depend on it.
    !isNonBlocking(definition) && "its log driver can block",
    typeof definition.memory !== "number" && "has no hard memory limit: it could take the application's",
  ]),
);

export const nobodyWaitsForASidecar = forStacks("no container waits for a sidecar", (stack) =>
  perContainer(
    stack,
    () => true,
    (definition) =>
      objects(definition.dependsOn)
        .map(({ containerName }) => asText(containerName))
        .filter((name) => SIDECARS.has(name))
        .map((name) => `waits for ${name}`),
  ),
);

/** The log driver hands over to the router in the same task, drops when its buffer is full, and does not wait. */
const isRouted = ({ logConfiguration }: JsonObject, siblings: Containers): boolean =>
  siblings.definitions.some(
    ({ name, firelensConfiguration: router }) => name === "log-router" && router !== undefined,
  ) &&
  objects(logConfiguration).every(
    ({ logDriver, options }) =>
      logDriver === "awsfirelens" &&
      objects(options).every((each) => Object.keys(each).join() === "log-driver-buffer-limit"),
  );

export const isNonBlocking = ({ logConfiguration }: JsonObject): boolean =>
  objects(logConfiguration).some(({ logDriver, options }) =>
    objects(options).some((each) => logDriver === "awslogs" && each.mode === "non-blocking"),
  );

export const sidecarsAreConfined = forStacks(
  "a sidecar runs without root, privileges or a writable root, but for what FireLens demands",
  (stack, tree) =>
    perContainer(stack, isSidecar, (definition) => {
      const router = definition.name === "log-router";
      const { central } = tree.fleet;
      const { images } = waveOf(central.waves, tenantOfStack(stack, tree) ?? {});
      const wanted = { ...central.images, ...images }[router ? "fluentBit" : "adotCollector"];
      return [
        // FireLens mounts its configuration into the router's root file system, and its socket is root's.
        (definition.readonlyRootFilesystem === true) === router && "has the wrong root file system",
        !(router ? /^0$/ : NOT_ROOT).test(shown(definition.user)) && `runs as ${shown(definition.user)}`,
        dropped(definition) !== (router ? "" : "ALL") &&
          `keeps capabilities (drops "${dropped(definition)}")`,
        definition.image !== copied(central, wanted) && `image ${asText(definition.image)} is not its wave's`,
        !PINNED.test(asText(definition.image)) &&
          `image ${asText(definition.image)} is not pinned to a release`,
        router !== "firelensConfiguration" in definition && "is and is not the router",
      ];
    }),
);

/** A user, by number. */
export const NOT_ROOT = /^[1-9]\d*(:[1-9]\d*)?$/;

/** A release or a digest. */
export const PINNED = /(:v?\d+\.\d+\.\d+(-alpine)?|@sha256:[0-9a-f]{64})$/;

export const dropped = ({ linuxParameters }: JsonObject): string =>
  objects(linuxParameters)
    .flatMap(({ capabilities }) => objects(capabilities))
    .flatMap(({ drop }) => texts(drop))
    .join(",");

export const nobodyIsPrivileged = forStacks("no container is privileged or blocks on its log", (stack) =>
  perContainer(
    stack,
    () => true,
    (definition, siblings) => [
      "privileged" in definition && "privileged",
      JSON.stringify(definition.linuxParameters ?? {}).includes('"add":') && "adds capabilities",
      !isNonBlocking(definition) && !isRouted(definition, siblings) && "its log driver can block",
    ],
  ),
);

/** Secrets reach a container by `secrets` alone, never as plain environment. */
export const secretsStaySecret = forStacks(
  "secrets stay references of the application's own containers",
  (stack, tree) =>
    perContainer(
      stack,
      () => true,
      (definition, { where }) => [
        ...objects(definition.secrets)
          .map(({ name, valueFrom }) => `${asText(name)}=${asText(valueFrom)}`)
          .filter((secret) => !manifestSecrets(tree, stack, asText(definition.name)).includes(secret))
          .map((secret) => `unknown secret ${secret}`),
        Object.keys(environmentOf(definition)).some((name) =>
          /SECRET|PASSWORD|ACCESS_KEY|SESSION_TOKEN/.test(name),
        ) && "a secret as plain environment",
        where.startsWith("output.") && objects(definition.secrets).length > 0 && "a secret in an output",
      ],
    ),
);

const manifestSecrets = (tree: Tree, stack: Stack, container: string): string[] =>
  (tenantOfStack(stack, tree)?.services ?? []).flatMap((service) =>
    service.mode === "managed"
      ? service.containers
          .filter(({ name }) => name === container)
          .flatMap(({ secrets }) => Object.entries(secrets).map(([name, arn]) => `${name}=${arn}`))
      : [],
  );

export const everyTaskHasItsContainers = forStacks(
  "a task runs the manifest's containers, one collector, a router where lines go further than CloudWatch, and its Jaeger",
  (stack, tree) => {
    if (stack.name === "central") return [];
    const tenant = tenantOfStack(stack, tree);
    const services = tenant === undefined || tenant.lifecycle === "offboarding" ? [] : tenant.services;
    const expected = services
      .flatMap((service) => {
        const routed = service.logs.destinations.some((destination) => destination !== "cloudwatch");
        const { jaeger, destinations } = service.traces;
        const traced = jaeger === "sidecar" && destinations.includes("jaeger");
        const sidecars = ["adot-collector", ...(routed ? ["log-router"] : []), ...(traced ? ["jaeger"] : [])];
        return service.mode === "managed"
          ? [[...service.containers.map(({ name }) => name), ...sidecars]]
          : // The parameter and the output hold the same document.
            [sidecars, sidecars];
      })
      .map((names) => names.join(" "))
      // In the central account, where the tenant's people look at what its own Jaegers store.
      .concat(
        services.length > 0 && tenant !== undefined && hasStore(tenant)
          ? [`jaeger-query-${tenant.name}`]
          : [],
      )
      .sort();
    const found = containersOf(stack).map(({ definitions }) =>
      definitions.map(({ name }) => asText(name)).join(" "),
    );
    return JSON.stringify(found.sort()) === JSON.stringify(expected) ? [] : [`runs ${found.join(" | ")}`];
  },
);

export const balancersReachApplicationsOnly = forStacks(
  "load balancers send to an application's container, never to a sidecar",
  (stack, tree) => {
    const tenant = tenantOfStack(stack, tree);
    // Those of the central services have rules of their own.
    if (stack.name === "central") return [];
    return Object.entries(stack.resource("aws_ecs_service")).flatMap(([id, { load_balancer }]) =>
      objects(load_balancer)
        .filter(({ container_name, container_port }) => {
          const service = tenant?.services.find(({ name }) => name === container_name);
          return service?.mode !== "managed" || service.containers[0]?.port !== container_port;
        })
        .map(
          ({ container_name, container_port }) =>
            `aws_ecs_service.${id}: ${shown(container_name)}:${shown(container_port)}`,
        ),
    );
  },
);

export const CONTAINER_RULES: readonly Rule[] = [
  sidecarsNeverGateTheTask,
  nobodyWaitsForASidecar,
  sidecarsAreConfined,
  nobodyIsPrivileged,
  secretsStaySecret,
  everyTaskHasItsContainers,
  balancersReachApplicationsOnly,
];
