import type { AppContainer, ManagedService } from "../../fleet/types";
import { literal, literalDeep } from "../../lib/terraform-text";
import { awslogs, environmentList, type ContainerDefinition } from "../collector/container";
import { throughRouter } from "../firelens/container";
import { usesRouter } from "../firelens/size";
import { telemetryEnvironment } from "./telemetry-environment";

/** ECS drops empty lists, so that writing one would be a difference for ever. */
const list = (key: string, values: readonly object[]) => (values.length === 0 ? {} : { [key]: values });

function container(
  definition: AppContainer,
  environment: Readonly<Record<string, string>>,
  logConfiguration: object,
): ContainerDefinition {
  const { command, entryPoint, user, memory, cpu, healthCheck, port } = definition;
  const secrets = Object.entries(definition.secrets)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, valueFrom]) => ({ name, valueFrom }));
  return {
    name: definition.name,
    image: literal(definition.image),
    essential: definition.essential,
    ...(command === undefined ? {} : { command: literalDeep(command) }),
    ...(entryPoint === undefined ? {} : { entryPoint: literalDeep(entryPoint) }),
    environment: environmentList(literalDeep(environment)),
    ...list("secrets", secrets),
    ...(port === undefined ? {} : { portMappings: [{ containerPort: port, protocol: "tcp" }] }),
    ...(user === undefined ? {} : { user: literal(user) }),
    ...(memory === undefined ? {} : { memory }),
    ...(cpu === undefined ? {} : { cpu }),
    readonlyRootFilesystem: definition.readonlyRootFilesystem,
    ...(healthCheck === undefined
      ? {}
      : {
          healthCheck: {
            command: ["CMD-SHELL", literal(healthCheck)],
            interval: 30,
            timeout: 5,
            retries: 3,
            startPeriod: 30,
          },
        }),
    ...list(
      "dependsOn",
      definition.dependsOn.map(({ container: name, condition }) => ({ containerName: name, condition })),
    ),
    logConfiguration,
  };
}

/** The containers of a managed service's task: the application's own in the manifest's order, then the sidecars. */
export function containerDefinitions(
  service: ManagedService,
  log: { readonly group: string; readonly region: string },
  sidecars: readonly ContainerDefinition[],
): ContainerDefinition[] {
  const application = service.containers.map((definition, index) =>
    container(
      definition,
      index === 0 ? { ...telemetryEnvironment(service), ...definition.environment } : definition.environment,
      usesRouter(service.logs) ? throughRouter : awslogs(log.group, log.region, definition.name),
    ),
  );
  return [...application, ...sidecars];
}
