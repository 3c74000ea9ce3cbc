import type { Fleet } from "../../fleet/types";
import { central, managed, SIDECAR, tenant } from "./fleet-parts";

const withJaeger = (jaeger: "central" | "sidecar") =>
  managed("orders", { memory: 2048, traces: { ...SIDECAR.traces, jaeger } });
const defaults = central();
/** Tenants whose traces are in the shared store, and tenants with one of their own, one of them suspended. */
export const tracesFleet = (): Fleet => ({
  central: central({
    ingest: {
      ...defaults.ingest,
      domain: {
        name: "telemetry.tenantscope.example",
        certificateArn: "arn:aws:acm:eu-west-1:111111111111:certificate/11111111-2222-3333-4444-555555555555",
      },
    },
  }),
  tenants: [
    tenant({ name: "acme", accountId: "222222222222", services: [withJaeger("central")] }),
    tenant({ name: "globex", accountId: "333333333333", services: [withJaeger("sidecar")] }),
    tenant({ name: "globex2", accountId: "444444444444", services: [withJaeger("sidecar")] }),
    tenant({
      name: "umbrella",
      accountId: "505050505050",
      lifecycle: "suspended",
      services: [withJaeger("sidecar")],
    }),
  ],
  warnings: [],
});
