import type { Tenant } from "../fleet/types";
import type { Line } from "./charges";
import type { TenantEstimate } from "./estimate";

/** Something in a manifest that would lower the bill, and by about how much a month. */
export interface Advice {
  readonly what: string;
  /** Dollars. */
  readonly usd: number;
}

/** Below it a change of a manifest is not worth reading about. */
const WORTH = 0.5;

/** What would lower a tenant's own costs, the largest first. Each by itself: they do not add up. */
export function adviceFor(tenant: Tenant, { lines }: Pick<TenantEstimate, "lines">): Advice[] {
  const of = (...prices: Line["price"][]): number =>
    lines.reduce((sum, { price, usd }) => sum + (prices.includes(price) ? usd : 0), 0);
  const what = (text: RegExp): number =>
    lines.reduce((sum, line) => sum + (text.test(line.what) ? line.usd : 0), 0);
  const toXray = tenant.services.filter(({ traces }) => traces.destinations.includes("xray"));
  const toBoth = toXray.filter(({ traces }) => traces.destinations.includes("jaeger"));
  const unsampled = tenant.services.filter(
    ({ traces }) => traces.destinations.length > 0 && traces.sampling.ratio > 0.1,
  );
  const traces =
    of("xray.recorded", "xray.retrieved") +
    what(/^(trace requests|bulks|calls of the storage|time of the storage)/);
  const advice: Advice[] = [
    {
      what: `take "xray" out of traces.destinations of ${names(toBoth)}: Jaeger has the same traces`,
      usd: toBoth.length === 0 ? 0 : (of("xray.recorded", "xray.retrieved") * toBoth.length) / toXray.length,
    },
    {
      what: `"traces": { "sampling": { "ratio": 0.1 } } for ${names(unsampled)}: errors and slow traces can be kept`,
      usd: unsampled.length === 0 ? 0 : traces * 0.85,
    },
    {
      what: '"endpoints": "existing" where another stack of the VPC has interface endpoints, or "none" where NAT is there anyway',
      usd: tenant.network.endpoints.kind === "created" ? of("endpoint.hour") : 0,
    },
    {
      what: 'take "cloudwatch" out of logs.destinations: Loki keeps the same lines for less',
      usd: duplicated(tenant, lines),
    },
    {
      what: '"sidecar": { "debug": false }: the collector then logs warnings only',
      usd: what(/^the collector's/),
    },
    {
      what: 'take "emf" out of exports: the same series are in Managed Service for Prometheus',
      usd: of("cloudwatch.metric"),
    },
    {
      what: '"architecture": "ARM64" where the image runs on it: Fargate is a fifth cheaper',
      usd: of("fargate.vcpu.X86_64", "fargate.memory.X86_64") * 0.2,
    },
  ];
  return advice.filter(({ usd }) => usd >= WORTH).sort((one, other) => other.usd - one.usd);
}

/** Of the lines that go to Loki as well. */
const duplicated = (tenant: Tenant, lines: readonly Line[]): number =>
  tenant.services
    .filter(({ logs: { destinations } }) => destinations.includes("cloudwatch") && destinations.length > 1)
    .flatMap(({ name }) =>
      lines.filter(({ what }) => new RegExp(`logs in CloudWatch of ${name}$`).test(what)),
    )
    .reduce((sum, { usd }) => sum + usd, 0);

const names = (services: readonly { readonly name: string }[]): string =>
  services.map(({ name }) => name).join(", ");
