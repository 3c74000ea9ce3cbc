import { BOUNDARIES } from "../../lib/run-names";
import { tenantAccountTemplate } from "../../modules/run-roles/template";
import type { PolicyText } from "../support/attack-world";
import { ADMINISTRATOR } from "../support/iam";
import { asText } from "../support/json";
import type { Tree } from "../support/synth";
import { templateIn } from "../support/template";
import { CENTRAL, PHASES } from "./runs-world";

/**
 * The documents of the stack `workspaces`, by name: policies and borders of the runs' roles in the central account, and in
 * a tenant's what CloudFormation makes of the template there.
 */
export type Documents = ReadonlyMap<string, PolicyText>;

/** The tenant whose documents are asked; those of the others are the same but for the name. */
export const TENANT = "stark";

const accountOf = (tree: Tree, tenant: string): string => {
  const found = tree.fleet.tenants.find(({ name }) => name === tenant);
  if (found === undefined) throw new Error(`no tenant ${tenant}`);
  return found.accountId;
};

/** `tenant-stark apply`, `border tenantscope-run`, `account of stark: ApplyRole`. */
export function documentsOf(tree: Tree): Documents {
  const stack = tree.stack("workspaces");
  const inline = Object.values(stack.resource("aws_iam_role_policy")).map(({ role, policy }) => {
    const [, id = ""] = /^\$\{aws_iam_role\.(.+)\.name\}$/.exec(asText(role)) ?? [];
    const name = asText(stack.resource("aws_iam_role")[id]?.name);
    return [name.replace(/^tenantscope-run-(.+)-(plan|apply)$/, "$1 $2"), asText(policy)] as const;
  });
  const borders = Object.values(stack.resource("aws_iam_policy")).map(
    ({ name, policy }) => [`border ${asText(name)}`, asText(policy)] as const,
  );
  return new Map([
    ...[...inline, ...borders].map(([name, text]) => [name, JSON.parse(text) as PolicyText] as const),
    ...inAccount(tree, TENANT),
  ]);
}

function inAccount(tree: Tree, tenant: string): (readonly [string, PolicyText])[] {
  const issuer = { hostname: "app.terraform.io", organization: "example", project: "observability" };
  const domain = { name: tree.fleet.central.ingest.domain?.name ?? "", accountId: CENTRAL };
  const made = templateIn(tenantAccountTemplate(issuer, domain), accountOf(tree, tenant), tenant);
  const named = ["RunBoundary", "ServicesBoundary", "ApplicationsBoundary", "ApplyNamed"].map(
    (id) => [id, made.properties(id)["PolicyDocument"]] as const,
  );
  const roles = ["PlanRole", "ApplyRole"].flatMap((id) => [
    [id, made.policies(id)[0]] as const,
    [`${id} trust`, made.role(id).AssumeRolePolicyDocument] as const,
  ]);
  return [...named, ...roles].map(
    ([id, document]) => [`account of ${tenant}: ${id}`, document as PolicyText] as const,
  );
}

/** Somebody whose rights are asked: a role, or what a border leaves of everything. */
export interface Actor {
  readonly name: string;
  readonly principal: string;
  readonly accountId: string;
  readonly identity: readonly string[];
  readonly boundary?: string;
}

export const EVERYTHING = ADMINISTRATOR as unknown as PolicyText;

export function actorsOf(tree: Tree): Actor[] {
  const accountId = accountOf(tree, TENANT);
  const principal = (account: string): string => `arn:aws:iam::${account}:role/tenantscope/tenantscope-asked`;
  const inCentral = { principal: principal(CENTRAL), accountId: CENTRAL };
  const inTenant = { principal: principal(accountId), accountId };
  const account = (id: string): string => `account of ${TENANT}: ${id}`;
  const borders = [BOUNDARIES.run, BOUNDARIES.services, BOUNDARIES.tenant(TENANT)];
  return [
    ...["central", "limits", "grafana", `tenant-${TENANT}`].flatMap((stack) =>
      PHASES.map((phase): Actor => {
        const name = `${stack} ${phase}`;
        return { name, ...inCentral, identity: [name] };
      }),
    ),
    ...borders.map((name): Actor => {
      const boundary = `border ${name}`;
      return { name: boundary, ...inCentral, identity: [], boundary };
    }),
    { name: account("PlanRole"), ...inTenant, identity: [account("PlanRole")] },
    { name: account("ApplyRole"), ...inTenant, identity: [account("ApplyRole"), account("ApplyNamed")] },
    {
      name: account("ApplicationsBoundary"),
      ...inTenant,
      identity: [],
      boundary: account("ApplicationsBoundary"),
    },
  ];
}

/** Documents that must be like another's: which, and how that one reads with the other's names. */
export function likenesses(tree: Tree): ReadonlyMap<string, (documents: Documents) => string> {
  const found = new Map<string, (documents: Documents) => string>();
  const like = (name: string, other: string, rename: (text: string) => string): void => {
    found.set(name, (documents) => rename(JSON.stringify(documents.get(other))));
  };
  for (const { name } of tree.fleet.tenants) {
    if (name === TENANT) continue;
    // Names of two lengths must be cut nowhere.
    const named = (text: string): string => text.replaceAll(new RegExp(`\\b${TENANT}\\b`, "g"), name);
    for (const phase of PHASES) like(`tenant-${name} ${phase}`, `tenant-${TENANT} ${phase}`, named);
    like(`border ${BOUNDARIES.tenant(name)}`, `border ${BOUNDARIES.tenant(TENANT)}`, named);
  }
  const accountId = accountOf(tree, TENANT);
  like(`account of ${TENANT}: RunBoundary`, `border ${BOUNDARIES.run}`, (text) =>
    text.replaceAll(CENTRAL, accountId),
  );
  like(`account of ${TENANT}: ServicesBoundary`, `border ${BOUNDARIES.services}`, (text) => text);
  for (const phase of PHASES) {
    const id = phase === "plan" ? "PlanRole" : "ApplyRole";
    found.set(`account of ${TENANT}: ${id} trust`, () => JSON.stringify(trustIn(accountId, phase)));
  }
  return found;
}

/** Exactly the tokens of the tenant's workspace in one phase. */
const trustIn = (accountId: string, phase: string): object => ({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "Runs",
      Effect: "Allow",
      Principal: { Federated: `arn:aws:iam::${accountId}:oidc-provider/app.terraform.io` },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: {
          "app.terraform.io:aud": "aws.workload.identity",
          "app.terraform.io:sub": `organization:example:project:observability:workspace:tenantscope-tenant-${TENANT}:run_phase:${phase}`,
        },
      },
    },
  ],
});
