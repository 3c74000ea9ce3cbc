import type { CentralRegistry } from "../../fleet/registry-types";
import type { Fleet } from "../../fleet/types";
import { container, managed, SIDECAR, tenant, TENANT_ALERTS } from "./fleet-parts";
import { fleetWith, mixedFleet } from "./fleets";

/** A service that reads whatever a service may: parameters, headers of further endpoints, X-Ray's sampling rules. */
const ORDERS = managed("orders", {
  memory: 2048,
  traces: {
    ...SIDECAR.traces,
    jaeger: "sidecar",
    sampling: { ...SIDECAR.traces.sampling, xrayRemote: true },
  },
  containers: [
    container({
      name: "orders",
      port: 8080,
      secrets: { LICENCE: "arn:aws:ssm:eu-west-1:777777777777:parameter/orders/licence" },
    }),
  ],
  exports: {
    otlp: [
      {
        name: "partner",
        endpoint: "https://otlp.partner.example:4318",
        signals: ["traces"],
        headers: {},
        secretHeaders: { "api-key": "s3://acme2-secrets/partner/key" },
      },
    ],
  },
});

/** Besides the example's: images of one account alone, and a workflow that pushes to two repositories. */
function withRestrictedImages(registry: Fleet["central"]["registry"]): CentralRegistry {
  if (registry?.github === undefined) throw new Error("the example has a role for GitHub");
  return {
    ...registry,
    repositories: [
      ...registry.repositories,
      { name: "shop/restricted", accountIds: ["777777777777"], untaggedDays: 14, keepImages: 100 },
    ],
    github: {
      ...registry.github,
      roles: [
        ...registry.github.roles,
        {
          name: "restricted",
          repository: "tenantscope-example@123456/restricted@456790",
          branches: [],
          environments: ["production"],
          push: ["shop/checkout", "shop/restricted"],
        },
      ],
    },
  };
}

/**
 * What an attacker meets: the example's tenants, a suspended one, two with a workspace of their own, and one that keeps
 * traces in a store of its own, is told by chat, and whose name begins with another's. Every kind of policy that the
 * stacks of an account have is in it (`policy/attack/kinds.test.ts`).
 */
export function attackFleet(): Fleet {
  const fleet = fleetWith(
    mixedFleet(),
    tenant({
      name: "acme2",
      accountId: "777777777777",
      services: [ORDERS],
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
      registry: withRestrictedImages(central.registry),
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
