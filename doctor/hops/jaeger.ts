import { hasJaegerSidecar } from "../../modules/jaeger/size";
import { record, records, text, type Fields } from "../../lib/fields";
import { containerOf, JAEGER_VARIABLE } from "../sidecar";
import { must, NotUsed } from "../verdict";
import type { Walk } from "../walk";
import { upstreamService } from "./upstream";

const receiver = (config: Fields): string =>
  text(record(record(record(record(config["receivers"])["otlp"])["protocols"])["http"])["endpoint"]);

/** The Jaegers in the tenant's tasks: the collector beside each sends to the port that it listens on. */
function ownJaegers({ tenant, sidecars }: Walk): string[] {
  return sidecars.flatMap(({ service, config, jaeger }, at) => {
    const manifest = tenant.services[at];
    if (manifest === undefined || !hasJaegerSidecar(manifest.traces)) return [];
    const endpoint = text(record(record(config["exporters"])["otlp_http/jaeger_sidecar"])["traces_endpoint"]);
    const listens = receiver(jaeger?.config ?? {});
    must(
      jaeger !== undefined && endpoint === `http://${listens}/v1/traces`,
      `the collector of ${service} sends traces to ${endpoint || "nowhere"}, its Jaeger listens on ${listens || "nothing"}`,
      "both take the port from modules/jaeger/ports.ts",
    );
    return [`${service} has a Jaeger of its own on ${listens}`];
  });
}

/** The gateway's upstream is the shared Jaeger, which listens there and takes the tenant from the header. */
function shared(walk: Walk): string {
  const { service, port, url } = upstreamService(walk, "traces", "Jaeger");
  const { config } = containerOf(service.containers[0], JAEGER_VARIABLE);
  const listens = receiver(config);
  must(
    listens.endsWith(`:${port}`),
    `Jaeger listens on ${listens || "nothing"}, the gateway asks port ${port}`,
    "the receiver's port is modules/jaeger/ports.ts, as is the upstream's",
  );
  const actions = records(record(record(config["processors"])["attributes/tenant"])["actions"]);
  must(
    actions.some((action) => action["from_context"] === "metadata.x-scope-orgid"),
    "Jaeger does not take the tenant of a span from X-Scope-OrgID",
    "the processor attributes/tenant is modules/jaeger/config.ts",
  );
  return `${url} listens, and marks spans with the tenant of X-Scope-OrgID`;
}

export function jaeger(walk: Walk): string {
  const own = ownJaegers(walk);
  const sharedEvidence = ((): string | undefined => {
    try {
      return shared(walk);
    } catch (error) {
      if (error instanceof NotUsed) return undefined;
      throw error;
    }
  })();
  const evidence = [...own, ...(sharedEvidence === undefined ? [] : [sharedEvidence])];
  if (evidence.length === 0) throw new NotUsed("no service sends traces to a Jaeger");
  return evidence.join("; ");
}
