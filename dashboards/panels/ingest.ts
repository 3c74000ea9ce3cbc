import { GATEWAY_NAMES } from "../../modules/gateway/names";
import type { FleetDashboardInput } from "../input";
import type { Section } from "../layout";
import { insights } from "./cloudwatch-insights";
import { seriesPanel } from "./series";
import { UNITS } from "./units";

/** Fields of the gateway's access log. */
const CHOSEN = "filter tenant like /^(${tenant:pipe})$/";

/** What tenants send through the ingest API, by the gateway's access log: it knows the tenant of every request. */
export function ingestSection(input: FleetDashboardInput): Section {
  const { region, accountId, sources } = input;
  const ask = insights({
    uid: sources.cloudwatch,
    region,
    accountId,
    logGroups: [GATEWAY_NAMES.logGroup],
  });
  return {
    title: "Logs and traces received",
    panels: [
      seriesPanel({
        title: "Bytes received by tenant",
        description: "Logs and traces in five minutes, compressed as they came.",
        unit: UNITS.bytes,
        queries: [
          ask(`${CHOSEN} | stats sum(bytes_in) as bytes by bin(5m), tenant, route`, [
            "bin(5m)",
            "tenant",
            "route",
          ]),
        ],
        width: 12,
        stacked: true,
        empty: "Nothing received",
      }),
      seriesPanel({
        title: "Requests refused or failed by tenant",
        description:
          "In five minutes, by status: 413 too large, 429 too many, 5xx something behind the gateway.",
        unit: UNITS.count,
        queries: [
          ask(`${CHOSEN} | filter status >= 400 | stats count(*) as requests by bin(5m), tenant, status`, [
            "bin(5m)",
            "tenant",
            "status",
          ]),
        ],
        width: 12,
        empty: "Nothing refused",
      }),
    ],
  };
}
