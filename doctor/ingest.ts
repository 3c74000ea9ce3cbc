import { stackNames } from "../lib/names";
import type { Service } from "../fleet/types";
import { ingestPath, INGEST_ROUTE_NAMES, type IngestRoute } from "../modules/ingest/routes";
import { usesSharedJaeger } from "../modules/jaeger/size";
import { record } from "../lib/fields";
import type { Sidecar } from "./sidecar";
import type { Block } from "./stacks";
import { NotUsed } from "./verdict";
import type { Walk } from "./walk";

/** A signal that a service sends by the ingest API. */
export interface Sent {
  readonly sidecar: Sidecar;
  readonly route: IngestRoute;
  /** `POST` and path without the stage. */
  readonly path: string;
}

/** Which signals the manifest sends by the ingest API. */
const sends: Readonly<Record<IngestRoute, (service: Service) => boolean>> = {
  logs: ({ logs }) => logs.destinations.includes("loki"),
  traces: ({ traces }) => usesSharedJaeger(traces),
};

/** @throws NotUsed when nothing goes there */
export function sentToIngest({ tenant, sidecars }: Walk): readonly Sent[] {
  const all = INGEST_ROUTE_NAMES.flatMap((route) =>
    sidecars
      .filter((_, at) => {
        const service = tenant.services[at];
        return service !== undefined && sends[route](service);
      })
      .map((sidecar) => ({ sidecar, route, path: ingestPath(tenant.name, route) })),
  );
  if (all.length === 0) throw new NotUsed("no service sends logs to Loki or traces to the shared Jaeger");
  return all;
}

/** The API of the central stack whose document has a path. */
export const apiWith = ({ stacks }: Walk, path: string): Block | undefined =>
  stacks
    .of(stackNames.central, "aws_api_gateway_rest_api")
    .find(({ values }) => record(record(values["body"])["paths"])[path] !== undefined);
