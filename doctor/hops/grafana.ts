import { stackNames } from "../../lib/names";
import { record, text, texts, type Fields } from "../../lib/fields";
import { accountOf, decide, statementsOf } from "../policy";
import { mustConnect } from "../security-groups";
import { mustRun, serviceNamed } from "../service";
import { roleStatements } from "../sidecar";
import type { Block } from "../stacks";
import { found, must, NotChecked } from "../verdict";
import type { Walk } from "../walk";

const SOURCES = "data sources are modules/grafana-content/data-sources.ts; deploy the tenant's stack";

/** Every data source of the tenant asks the right place, as the tenant, with a role that Grafana may take on. */
export function grafana(walk: Walk): string {
  const { stacks, stack } = walk;
  const sources = stacks.of(stack, "grafana_data_source");
  if (sources.length === 0) throw new NotChecked(`${stack} has no data sources`);
  for (const source of sources) CHECKS[text(source.values["type"])]?.(walk, source);
  return sources.map(({ values }) => text(values["uid"])).join(", ");
}

type Check = (walk: Walk, source: Block) => void;
const settingsOf = ({ values }: Block): Fields => record(values["json_data_encoded"]);

/** A service of ours, by its private name. */
function mustReach(walk: Walk, { label, values }: Block, what: string): void {
  const { stacks, stack, central } = walk;
  const url = text(values["url"]);
  must(URL.canParse(url), `${label} has no URL (${url || "none"})`, SOURCES);
  const { hostname, port } = new URL(url);
  const service = found(
    serviceNamed(walk, hostname),
    `${label} asks ${url}, a name that no service is registered under`,
    SOURCES,
  );
  mustRun(service, what);
  const [workspace] = stacks.of(stackNames.central, "aws_grafana_workspace");
  mustConnect(stacks, {
    stacks: [stackNames.central, stack],
    from: texts(record(workspace?.values["vpc_configuration"])["security_group_ids"]),
    to: service.securityGroups,
    port: Number(port || 80),
    network: central.network.cidr,
    what: `Grafana to ${what}`,
  });
}

const loki: Check = (walk, source) => {
  const header = text(record(source.values["http_headers"])["X-Scope-OrgID"]);
  must(
    header === walk.tenant.name,
    `${source.label} asks Loki as the tenant ${header || "of nobody"}, not as ${walk.tenant.name}`,
    SOURCES,
  );
  mustReach(walk, source, "Loki");
};

const jaeger: Check = (walk, source) => {
  mustReach(walk, source, "Jaeger's query service");
};

const metrics: Check = (walk, source) => {
  const { stacks, stack, tenant } = walk;
  const home = tenant.isolation === "dedicated" ? stack : stackNames.central;
  const url = text(source.values["url"]);
  must(
    stacks
      .of(home, "aws_prometheus_workspace")
      .some((workspace) => stacks.attribute(workspace, "prometheus_endpoint") === url),
    `${source.label} asks ${url || "nothing"}, which is not the ${tenant.isolation} workspace`,
    SOURCES,
  );
  const settings = settingsOf(source);
  const arn = text(settings["sigV4AssumeRoleArn"]);
  if (arn !== "") mustAssume(walk, source, arn, text(settings["sigV4ExternalId"]));
};

const byRole: Check = (walk, source) => {
  const settings = settingsOf(source);
  mustAssume(walk, source, text(settings["assumeRoleArn"]), text(settings["externalId"]));
};

/** Grafana's own role may become the data source's, whose trust admits it with this external id. */
function mustAssume(walk: Walk, { label }: Block, arn: string, externalId: string): void {
  const { stacks, stack, central } = walk;
  const role = found(
    stacks.by(stack, "aws_iam_role", "arn", arn),
    `${label} takes on ${arn || "no role"}, which ${stack} does not make`,
    SOURCES,
  );
  const principal = text(stacks.of(stackNames.central, "aws_grafana_workspace")[0]?.values["role_arn"]);
  const { allowed, reason } = decide(
    {
      ...{ principal, action: "sts:AssumeRole", resource: arn, resourceAccount: accountOf(arn) },
      context: { "sts:ExternalId": externalId, "aws:ResourceOrgID": central.organizationId },
    },
    {
      identity: roleStatements(stacks, stackNames.central, principal),
      resource: statementsOf(role.values["assume_role_policy"]),
      trust: true,
    },
  );
  must(
    allowed,
    `${principal || "Grafana"} may not become ${arn} with the external id ${externalId || "(none)"} of ${label}: ${reason}`,
    "role and data source get the external id from lib/names.ts: deploy the tenant's stack",
  );
}

const CHECKS: Readonly<Record<string, Check>> = {
  loki,
  jaeger,
  "grafana-amazonprometheus-datasource": metrics,
  cloudwatch: byRole,
  "grafana-x-ray-datasource": byRole,
};
