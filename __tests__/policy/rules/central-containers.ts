import type { Central } from "../../../fleet/types";
import { containersOf } from "../../support/containers";
import { asText, objects, shown, type JsonObject } from "../../support/json";
import { dropped, isNonBlocking, NOT_ROOT, perContainer, PINNED } from "./containers";
import { copied } from "./images";
import { forStacks, type Rule } from "./rule";

/** Containers of one of the central tasks, and what each of them may be. */
interface Expected {
  readonly image: keyof Central["images"];
  readonly essential: boolean;
  readonly ports: readonly number[];
  /** Writes what the others only read, and is gone before they start: root, for the folders that are root's. */
  readonly prepares?: true;
}

function expectedTasks({ loki, vpn }: Central): Readonly<Record<string, Expected>>[] {
  const direct = loki.direct.length > 0 ? [8081] : [];
  const none = { essential: false, ports: [] };
  const config = { ...none, image: "busybox", prepares: true } as const;
  const overrides = { ...none, image: "awsCli" } as const;
  const replica = {
    config,
    "first-overrides": overrides,
    loki: { image: "loki", essential: true, ports: loki.replicas > 1 ? [3100, 9095, 7946] : [3100] },
    overrides,
  } as const;
  return [
    ...Array.from({ length: loki.replicas }, () => replica),
    { jaeger: { image: "jaeger", essential: true, ports: [] } },
    { "jaeger-query": { image: "jaeger", essential: true, ports: vpn?.access.jaeger ? [16686] : [] } },
    { config, gateway: { image: "nginx", essential: true, ports: [8080, ...direct] } },
  ];
}

const expectedOf = (central: Central, siblings: readonly JsonObject[], name: string): Expected | undefined =>
  expectedTasks(central).find((task) =>
    Object.keys(task).every((each) => siblings.some((it) => it.name === each)),
  )?.[name];

export const centralTasksAreKnown = forStacks(
  "the central tasks run their own containers and no others",
  (stack, { fleet: { central } }) => {
    if (stack.name !== "central") return [];
    const found = containersOf(stack).map(({ definitions }) => definitions.map(({ name }) => asText(name)));
    const expected = expectedTasks(central).map((task) => Object.keys(task));
    return JSON.stringify(found.sort()) === JSON.stringify(expected.sort())
      ? []
      : [`runs ${found.map((names) => names.join(" ")).join(" | ")}`];
  },
);

export const centralContainersAreConfined = forStacks(
  "a central container runs a pinned image without root, capabilities or a writable root",
  (stack, { fleet: { central } }) =>
    stack.name !== "central"
      ? []
      : perContainer(
          stack,
          () => true,
          (definition, { definitions }) => {
            const expected = expectedOf(central, definitions, asText(definition.name));
            if (expected === undefined) return ["is unknown"];
            const ports = objects(definition.portMappings).map(({ containerPort }) => Number(containerPort));
            const image = asText(definition.image);
            return [
              image !== copied(central, central.images[expected.image]) &&
                `image ${image} is not the fleet's`,
              !PINNED.test(image) && `image ${image} is not pinned to a release`,
              definition.essential !== expected.essential && "is or is not essential",
              JSON.stringify(ports) !== JSON.stringify(expected.ports) && `maps ${ports.join(", ")}`,
              definition.readonlyRootFilesystem !== true && "has a writable root file system",
              expected.prepares !== true &&
                !NOT_ROOT.test(shown(definition.user)) &&
                `runs as ${shown(definition.user)}`,
              ...capabilities(definition, expected),
              !isNonBlocking(definition) && "its log driver can block",
              objects(definition.secrets).length > 0 && "has a secret",
            ];
          },
        ),
);

/** Who prepares folders for another user may keep CHOWN: Fargate adds no capability to none. */
function capabilities(definition: JsonObject, { prepares }: Expected): string[] {
  const names = dropped(definition);
  if (names === "ALL") return [];
  const kept = DOCKER_DEFAULTS.filter((each) => !names.split(",").includes(each));
  return prepares === true && kept.join() === "CHOWN" ? [] : [`keeps ${kept.join(", ")}`];
}

const DOCKER_DEFAULTS = [
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "NET_RAW",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
];

/** Nothing starts before what it reads is written, and nothing waits for what never ends. */
export const centralContainersWaitForPreparation = forStacks(
  "a central container waits for those that prepare its files, until they have ended well",
  (stack, { fleet: { central } }) =>
    stack.name !== "central"
      ? []
      : perContainer(
          stack,
          () => true,
          (definition, { definitions }) => {
            const waits = objects(definition.dependsOn);
            const essential = expectedOf(central, definitions, asText(definition.name))?.essential;
            const prepared = definitions.some(({ name }) => name === "config");
            return [
              essential === true &&
                prepared &&
                !waits.some(({ containerName }) => containerName === "config") &&
                "does not wait",
              ...waits
                .filter(
                  ({ containerName, condition }) =>
                    condition !== "SUCCESS" || !["config", "first-overrides"].includes(asText(containerName)),
                )
                .map(({ containerName }) => `waits for ${asText(containerName)}`),
            ];
          },
        ),
);

export const gatewayIsBehindTheBalancer = forStacks(
  "only the gateway and what the VPN leads to are behind central load balancers",
  (stack, { fleet: { central } }) => {
    if (stack.name !== "central") return [];
    const expected = [
      "gateway gateway:8080",
      ...(central.loki.direct.length > 0 ? ["gateway gateway:8081"] : []),
      ...(central.vpn?.access.jaeger ? ["jaeger-query jaeger-query:16686"] : []),
      ...(central.vpn?.access.loki
        ? Array.from({ length: central.loki.replicas }, (_, index) => `loki-${String(index)} loki:3100`)
        : []),
    ];
    const found = Object.values(stack.resource("aws_ecs_service")).flatMap(({ name, load_balancer }) =>
      objects(load_balancer).map(
        ({ container_name, container_port }) =>
          `${shown(name)} ${shown(container_name)}:${shown(container_port)}`,
      ),
    );
    return JSON.stringify(found.sort()) === JSON.stringify(expected) ? [] : [found.join(", ")];
  },
);

export const CENTRAL_CONTAINER_RULES: readonly Rule[] = [
  centralTasksAreKnown,
  centralContainersAreConfined,
  centralContainersWaitForPreparation,
  gatewayIsBehindTheBalancer,
];
