import type { Problem } from "../../lib/errors";
import { COLLECTOR_ENV } from "../../modules/collector/environment";
import { TELEMETRY_VARIABLES } from "../../modules/ecs-service/telemetry-environment";
import { pointerOf } from "../document";
import { containerPointer, forManagedServices } from "./rule";

/** Set by ECS in every container; another value breaks credentials or metadata. */
const SET_BY_ECS: ReadonlySet<string> = new Set([
  ...["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_EXECUTION_ENV"],
  ...["ECS_AGENT_URI", "ECS_CONTAINER_METADATA_URI", "ECS_CONTAINER_METADATA_URI_V4"],
]);

/** The collector's own, also inside `attached` tasks; in an application they would only mislead. */
const SET_FOR_COLLECTOR: ReadonlySet<string> = new Set([...["AOT_CONFIG_CONTENT", ...COLLECTOR_ENV]]);

/** What this program sets in the application so that its SDK finds the collector; the manifest's `environment` wins over it. */
const SET_FOR_APPLICATION: ReadonlySet<string> = new Set(TELEMETRY_VARIABLES);

export const environmentWorks = forManagedServices(({ pointer, service: { containers } }, { document }) =>
  containers.flatMap((container, index) =>
    (["environment", "secrets"] as const).flatMap((key) =>
      Object.keys(container[key]).flatMap((name): Problem[] => {
        const wrong = whyNot(name, key, key === "secrets" && name in container.environment, index === 0);
        if (!wrong) return [];
        const at = containerPointer(pointer, index) + pointerOf(key, name);
        return [document.problem(at, wrong, "key")];
      }),
    ),
  ),
);

function whyNot(
  name: string,
  key: "environment" | "secrets",
  twice: boolean,
  isApplication: boolean,
): { message: string; remedy: string } | undefined {
  if (SET_BY_ECS.has(name)) return { message: "is set by ECS", remedy: "remove it" };
  if (SET_FOR_COLLECTOR.has(name))
    return { message: "is set for the collector", remedy: "choose another name" };
  if (twice)
    return { message: 'is in "environment" too', remedy: "ECS takes a name once, remove one of them" };
  if (key === "secrets" && isApplication && SET_FOR_APPLICATION.has(name)) {
    return {
      message: "is set for the application, and ECS takes a name once",
      remedy: 'move it to "environment"',
    };
  }
  return undefined;
}
