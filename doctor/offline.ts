import { amp } from "./hops/amp";
import { cloudwatch } from "./hops/cloudwatch";
import { endpoint } from "./hops/endpoint";
import { gateway } from "./hops/gateway";
import { grafana } from "./hops/grafana";
import { ingestApi } from "./hops/ingest-api";
import { jaeger } from "./hops/jaeger";
import { loki } from "./hops/loki";
import { opensearch } from "./hops/opensearch";
import { storageApi } from "./hops/storage-api";
import { sts } from "./hops/sts";
import { taskRole } from "./hops/task-role";
import { writerRole } from "./hops/writer-role";
import { xray } from "./hops/x-ray";
import { HOPS, verdictOf, type Hop, type Verdict } from "./verdict";
import type { Walk } from "./walk";

/** Each returns the evidence, or throws a `Fault`, `NotChecked` or `NotUsed`. */
const CHECKS: Readonly<Record<Hop, (walk: Walk) => string>> = {
  "task role": taskRole,
  STS: sts,
  "writer role": writerRole,
  AMP: amp,
  "X-Ray": xray,
  CloudWatch: cloudwatch,
  endpoint,
  "ingest API": ingestApi,
  gateway,
  Loki: loki,
  Jaeger: jaeger,
  "storage API": storageApi,
  OpenSearch: opensearch,
  Grafana: grafana,
};

/** Walks every hop through the synthesised stacks; a hop that fails does not stop the walk. */
export function walkOffline(walk: Walk): readonly (Verdict & { readonly hop: Hop })[] {
  if (walk.tenant.lifecycle === "offboarding") {
    return HOPS.map((hop) => ({
      hop,
      result: "not used",
      evidence: "the tenant is offboarding: nothing is left of it",
    }));
  }
  return HOPS.map((hop) => ({ hop, ...verdict(() => CHECKS[hop](walk)) }));
}

/** What a check found. */
function verdict(check: () => string): Verdict {
  try {
    return { result: "ok", evidence: check() };
  } catch (error) {
    return verdictOf(error);
  }
}
