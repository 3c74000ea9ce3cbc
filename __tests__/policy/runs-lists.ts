import { keyAdministration } from "../../lib/iam";
import { allow } from "../support/iam";
import { TENANT, type Documents } from "./runs-documents";
import { MAKER } from "./runs-questions";
import { RECORD_NAMES, RECORD_TYPES } from "./runs-tenant-questions";

/** A question about a condition on every value of a list, which the simulator's conditions of access leave out. */
export interface Listed {
  readonly document: string;
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | string[]>>;
  readonly allowed: boolean;
}

const ACCOUNT = "777777777777";
const CENTRAL = "111111111111";

/** The first tag of a key whose aliases are these. */
const tagging = (
  document: string,
  account: string,
  aliases: readonly string[],
  allowed: boolean,
): Listed => ({
  document,
  action: "kms:TagResource",
  resource: `arn:aws:kms:eu-west-1:${account}:key/1`,
  context: { [MAKER]: `tenant-${TENANT}`, "kms:ResourceAliases": [...aliases] },
  allowed,
});

const record = (names: readonly string[], types: readonly string[], allowed: boolean): Listed => ({
  document: `account of ${TENANT}: ApplyRole`,
  action: "route53:ChangeResourceRecordSets",
  resource: "arn:aws:route53:::hostedzone/Z1",
  context: { [RECORD_NAMES]: [...names], [RECORD_TYPES]: [...types] },
  allowed,
});

const OWN = "alias/tenantscope-stark-metrics";
const DOMAIN = "telemetry.tenantscope.example";

export const LISTED: readonly Listed[] = [
  ...(
    [
      ["tenant-stark apply", CENTRAL],
      ["account of stark: ApplyRole", ACCOUNT],
    ] as const
  ).flatMap(([document, account]) => [
    tagging(document, account, [OWN], true),
    tagging(document, account, ["alias/payroll"], false),
    tagging(document, account, [OWN, "alias/payroll"], false),
    tagging(document, account, ["alias/tenantscope-wayne-metrics"], false),
  ]),
  tagging("tenant-stark apply", CENTRAL, [`${OWN}2`], false),
  record([DOMAIN], ["A"], true),
  record(["www.customer.example"], ["A"], false),
  record([`${DOMAIN}2`], ["A"], false),
  record([DOMAIN, "www.customer.example"], ["A"], false),
  record([DOMAIN], ["TXT"], false),
  record([DOMAIN], ["A", "AAAA"], false),
];

/** What the document alone answers. */
export function isListed(
  documents: Documents,
  { document, action, resource, context }: Listed,
): Promise<boolean> {
  const policy = documents.get(document);
  if (policy === undefined) throw new Error(`no document ${document}`);
  const account = document.startsWith("account of") ? ACCOUNT : CENTRAL;
  return allow({
    principal: `arn:aws:iam::${account}:role/tenantscope/tenantscope-asked`,
    identityPolicies: [policy],
    action,
    resource,
    resourceAccount: account,
    ...(resource.includes(":key/")
      ? { resourcePolicy: { Version: "2012-10-17", Statement: [keyAdministration(account)] } }
      : {}),
    context,
  });
}
