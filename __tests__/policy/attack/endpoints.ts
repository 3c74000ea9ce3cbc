import type { World } from "../../support/attack-world";
import { ADMINISTRATOR, conditionsOfAccess } from "../../support/iam";
import type { Matrix } from "./matrices";

/**
 * What the policies of VPC endpoints let through, when everybody may do everything on both sides: then the endpoint alone
 * decides.
 */

interface Caller {
  readonly who: string;
  readonly principal: string;
  readonly organizationId: string;
}

const STRANGER = "999999999999";
const OWN_ORGANIZATION = "o-tenantscope1";
const STRANGERS_ORGANIZATION = "o-somebodyelse";
const CENTRAL = "111111111111";

const role = (account: string, name: string): string => `arn:aws:iam::${account}:role/${name}`;
const ours = (who: string, principal: string): Caller => ({
  who,
  principal,
  organizationId: OWN_ORGANIZATION,
});
const stranger = (who: string, name: string): Caller => ({
  who,
  principal: role(STRANGER, name),
  organizationId: STRANGERS_ORGANIZATION,
});

const WRITER = "tenantscope/tenantscope-writer-";

const callers = (own: string, tenant: string): Caller[] => [
  ours("own account", role(own, "Admin")),
  ours("its writer", role(CENTRAL, `${WRITER}${tenant}`)),
  ours("another's writer", role(CENTRAL, `${WRITER}initech`)),
  ours("another tenant", role("444444444444", "Admin")),
  ours("its writer's name elsewhere", role("444444444444", `${WRITER}${tenant}`)),
  ours("Grafana as a tenant", role("444444444444", "tenantscope/tenantscope-initech-grafana")),
  stranger("a stranger", "Admin"),
  stranger("a stranger with Grafana's name", "tenantscope/tenantscope-initech-grafana"),
];

const CALLERS = callers("", "").length;

const OPEN = {
  Version: "2012-10-17",
  Statement: [{ Sid: "Open", Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
};
/** A trust policy has no resource. */
const OPEN_TRUST = {
  Version: "2012-10-17",
  Statement: [{ Sid: "Open", Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:*" }],
};

type Request = readonly [action: string, arn: string];

/** What is asked at an account's resources through the endpoint of a service. */
const REQUESTS: Readonly<Record<string, (account: string, tenant: string) => readonly Request[]>> = {
  "aps-workspaces": (account) => [
    ["aps:RemoteWrite", `arn:aws:aps:eu-west-1:${account}:workspace/ws-tenantscope`],
    ["aps:RemoteWrite", `arn:aws:aps:eu-west-1:${account}:workspace/ws-other`],
    ["aps:QueryMetrics", `arn:aws:aps:eu-west-1:${account}:workspace/ws-tenantscope`],
  ],
  "ecr-api": (account) => [["ecr:BatchGetImage", `arn:aws:ecr:eu-west-1:${account}:repository/x`]],
  "ecr-dkr": (account) => [["ecr:PutImage", `arn:aws:ecr:eu-west-1:${account}:repository/x`]],
  "execute-api": (account, tenant) =>
    [tenant, "initech"].flatMap((name) =>
      ["ingestapi55bea9d1/v1/POST/t/NAME/v1/traces", "storageapice3aedf1/v1/POST/s/NAME/_bulk"].map(
        (path): Request => [
          "execute-api:Invoke",
          `arn:aws:execute-api:eu-west-1:${account}:${path.replace("NAME", name)}`,
        ],
      ),
    ),
  logs: (account) => [["logs:PutLogEvents", `arn:aws:logs:eu-west-1:${account}:log-group:x:log-stream:x`]],
  monitoring: (account) => [["cloudwatch:DescribeAlarms", `arn:aws:cloudwatch:eu-west-1:${account}:alarm:x`]],
  s3: (account) => [
    ["s3:GetObject", `arn:aws:s3:::of-${account}/x`],
    ["s3:PutObject", `arn:aws:s3:::of-${account}/x`],
    ["s3:GetObject", "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/x"],
  ],
  secretsmanager: (account) => [
    ["secretsmanager:GetSecretValue", `arn:aws:secretsmanager:eu-west-1:${account}:secret:x-AbCdEf`],
  ],
  sns: (account) => [["sns:Publish", `arn:aws:sns:eu-west-1:${account}:x`]],
  ssm: (account) => [["ssm:GetParameter", `arn:aws:ssm:eu-west-1:${account}:parameter/x`]],
  sts: (account) => [
    ["sts:AssumeRole", `arn:aws:iam::${account}:role/x`],
    ["sts:AssumeRoleWithWebIdentity", `arn:aws:iam::${account}:role/x`],
  ],
  xray: (account) => [["xray:DeleteGroup", `arn:aws:xray:eu-west-1:${account}:group/x/0`]],
};

const ENDPOINT = / aws_vpc_endpoint\.\S+_endpoint-(\S+) policy$/;

/** By endpoint: `<who>: <action> <what> (<whose>)` of everything that comes through. */
export async function endpointsMatrix(
  { documents, tree: { fleet } }: World,
  document?: string,
): Promise<Matrix> {
  const matrix: Record<string, string[]> = {};
  for (const [id, policy] of documents) {
    const service = ENDPOINT.exec(id)?.[1];
    if (service === undefined || (document !== undefined && id !== document)) continue;
    const requests = REQUESTS[service];
    if (requests === undefined) throw new Error(`what is asked through ${id}?`);
    const stack = id.split(" ")[0] ?? "";
    const tenant = fleet.tenants.find(({ name }) => stack === `tenant-${name}`);
    const own = tenant?.accountId ?? CENTRAL;
    const accounts = new Map([
      ["own", own],
      ...(own === CENTRAL ? [] : [["central", CENTRAL] as const]),
      ["another's", "444444444444"],
      ["a stranger's", STRANGER],
    ]);
    const admitted = new Map<string, string[]>();
    for (const { who, principal, organizationId } of callers(own, tenant?.name ?? "acme")) {
      const through = new Map<string, string[]>();
      for (const [whose, account] of accounts) {
        for (const [action, resource] of requests(account, tenant?.name ?? "acme")) {
          const conditions = await conditionsOfAccess({
            principal,
            identityPolicies: [ADMINISTRATOR],
            action,
            resource,
            resourceAccount: account,
            resourcePolicy: action.startsWith("sts:") ? OPEN_TRUST : OPEN,
            endpointPolicy: policy,
            context: {
              "aws:ResourceAccount": account,
              "aws:ResourceOrgID": account === STRANGER ? STRANGERS_ORGANIZATION : OWN_ORGANIZATION,
              "aws:PrincipalOrgID": organizationId,
            },
          });
          if (conditions === undefined) continue;
          const name = resource
            .replace(/^arn:aws:[a-z0-9-]+:[a-z0-9-]*:\d*:/, "")
            .replace(/^of-\d+/, "of-account");
          const asked = `${action} ${name}${conditions === "" ? "" : ` if ${conditions}`}`;
          through.set(asked, [...(through.get(asked) ?? []), whose]);
        }
      }
      for (const [asked, whose] of through) {
        const line = `${asked} (${whose.join(", ")})`;
        admitted.set(line, [...(admitted.get(line) ?? []), who]);
      }
    }
    matrix[id.replace(/ policy$/, "").replace("aws_vpc_endpoint.", "")] = [...admitted].map(
      ([line, who]) => `${who.length === CALLERS ? "anybody" : who.join(", ")}: ${line}`,
    );
  }
  return matrix;
}
