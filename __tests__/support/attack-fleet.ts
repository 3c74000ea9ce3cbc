import type { Fleet } from "../../fleet/types";
import { managed, SIDECAR, tenant, TENANT_ALERTS } from "./fleet-parts";
import { fleetWith, mixedFleet } from "./fleets";

/**
 * What an attacker meets: the example's tenants, a suspended one, two with a workspace of their own, and one that keeps
 * traces in a store of its own, is told by chat, and whose name begins with another's. Every kind of policy that the
 * stacks of an account have is in it.
 */
export function attackFleet(): Fleet {
  const fleet = fleetWith(
    mixedFleet(),
    tenant({
      name: "acme2",
      accountId: "777777777777",
      services: [managed("orders", { memory: 2048, traces: { ...SIDECAR.traces, jaeger: "sidecar" } })],
      alerts: {
        ...TENANT_ALERTS,
        httpsUrls: ["https://alerts.acme2.example/sns"],
        slackSecretArn: "arn:aws:secretsmanager:eu-west-1:777777777777:secret:slack-AbCdEf",
        secretKmsKeyArns: ["arn:aws:kms:eu-west-1:777777777777:key/88888888-2222-3333-4444-555555555555"],
      },
    }),
  );
  const { central } = fleet;
  if (central.network.kind !== "created") throw new Error("the example makes its network");
  return {
    ...fleet,
    central: {
      ...central,
      network: { ...central.network, egress: "endpoints" },
      loki: { ...central.loki, replicas: 3 },
      grafana: {
        ...central.grafana,
        networkAccess: {
          prefixListIds: ["pl-0a1b2c3d4e5f60001"],
          vpcEndpointIds: ["vpce-0a1b2c3d4e5f60001"],
        },
      },
      ingest: {
        ...central.ingest,
        domain: {
          name: "telemetry.tenantscope.example",
          certificateArn:
            "arn:aws:acm:eu-west-1:111111111111:certificate/11111111-2222-3333-4444-555555555555",
        },
      },
    },
  };
}
