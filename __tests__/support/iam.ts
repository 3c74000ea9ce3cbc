import type * as Utils from "@cloud-copilot/iam-utils";
import { runSimulation, type AllowedConditionExpression, type Simulation } from "@cloud-copilot/iam-simulate";

/**
 * Which types of resource an ARN can be is most of a decision's time, and each ARN is asked about by every role. It
 * depends on nothing else.
 */
jest.mock("@cloud-copilot/iam-utils", () => {
  const actual = jest.requireActual<typeof Utils>("@cloud-copilot/iam-utils");
  const known = new Map<string, string[]>();
  const mostSpecificMatchingResourceTypePatterns = (arn: string, patterns: string[]): string[] => {
    const question = JSON.stringify([arn, patterns]);
    const answer = known.get(question) ?? actual.mostSpecificMatchingResourceTypePatterns(arn, patterns);
    known.set(question, answer);
    return answer;
  };
  return { ...actual, mostSpecificMatchingResourceTypePatterns };
});

/** The one place that uses the policy simulator: AGPL, hence a development dependency behind one function. */
export interface AccessRequest {
  /** ARN of a role, user or account root, or the name of a service (`ecs-tasks.amazonaws.com`). */
  readonly principal: string;
  /** Policies of the principal; none for a service. */
  readonly identityPolicies?: readonly object[];
  /** Permissions boundary of the principal. */
  readonly boundary?: object;
  readonly action: string;
  /** ARN, or "*" for actions that know no resource. */
  readonly resource: string;
  /** Account that owns the resource; decides between the rules for one account and for two. */
  readonly resourceAccount: string;
  /** Trust policy of a role, key policy, policy of a topic, log group, workspace. */
  readonly resourcePolicy?: object;
  /** Policy of the VPC endpoint that the request comes through. */
  readonly endpointPolicy?: object;
  /** Further context keys. `aws:PrincipalArn` and `aws:PrincipalAccount` are set from the principal. */
  readonly context?: Readonly<Record<string, string | string[]>>;
}

/** What an administrator of an account can give any of its principals: the worst case for a resource's policy. */
export const ADMINISTRATOR = {
  Version: "2012-10-17",
  Statement: [{ Sid: "Everything", Effect: "Allow", Action: "*", Resource: "*" }],
} as const;

/**
 * Whether AWS would allow the request. Across accounts the principal's policies and the resource's must both allow it;
 * within one, either does, but for role trust and key policies. Throws when the question itself is broken: left-over
 * references, an unknown action, an invalid policy, a context key that the action does not have.
 */
export async function allow(request: AccessRequest): Promise<boolean> {
  const result = await runSimulation(simulation(request, withKnownKeys(request)), {
    simulationMode: "Strict",
  });
  if (result.resultType === "error") {
    throw new Error(`${JSON.stringify(result.errors)} in ${JSON.stringify(request)}`);
  }
  const results = result.resultType === "single" ? [result.result] : result.results;
  const ignored = results.flatMap(({ ignoredContextKeys }) => ignoredContextKeys ?? []);
  if (ignored.length > 0) throw new Error(`${ignored.join(", ")} mean nothing to ${request.action}`);
  return result.overallResult === "Allowed";
}

/** Keys whose values AWS sets by who calls and what is called; nobody can choose them, or leave them out. */
const GIVEN_KEYS = [
  ...["aws:PrincipalArn", "aws:PrincipalAccount", "aws:PrincipalOrgID", "aws:PrincipalIsAWSService"],
  ...["aws:ResourceAccount", "aws:ResourceOrgID"],
].map((keyName) => ({ keyName, presenceIsKnown: true, valueIsKnown: true }) as const);

/**
 * Under which conditions AWS would allow the request; undefined when under none, "" when always. The context says of the
 * keys above what holds; of every other key the caller is taken to choose what helps, and the answer names it.
 */
export async function conditionsOfAccess(request: AccessRequest): Promise<string | undefined> {
  const result = await runSimulation(simulation(request, request), {
    simulationMode: "Discovery",
    discoveryContextKeyConstraints: GIVEN_KEYS,
  });
  if (result.resultType === "error") {
    throw new Error(`${JSON.stringify(result.errors)} in ${JSON.stringify(request)}`);
  }
  if (result.overallResult !== "Allowed") return undefined;
  const results = result.resultType === "single" ? [result.result] : result.results;
  return results.map(({ analysis }) => conditionText(analysis.conditions)).join(" or ");
}

function conditionText(condition: AllowedConditionExpression | undefined): string {
  switch (condition?.conditionType) {
    case undefined:
    case "always":
      return "";
    case "condition":
      return `${condition.key} ${condition.op} ${condition.values.join(",")}`;
    case "group": {
      const texts = [...new Set(condition.conditions.map(conditionText))];
      return texts.length === 1 ? texts.join() : `(${texts.join(` ${condition.operator} `)})`;
    }
    default:
      throw new Error(`unexpected condition ${JSON.stringify(condition)}`);
  }
}

/** The question in the simulator's words. Throws when its resource is a pattern or anything is not resolved. */
function simulation(
  asked: AccessRequest,
  { identityPolicies, boundary, resourcePolicy, endpointPolicy, context }: AccessRequest,
): Simulation {
  const { principal, action, resource, resourceAccount } = asked;
  if (resource !== "*" && /[*?]/.test(resource)) {
    // The simulator would answer whether any resource of the pattern is allowed.
    throw new Error(`${resource} is a pattern, a request has one resource`);
  }
  const text = JSON.stringify(asked);
  if (text.includes("${")) throw new Error(`unresolved reference in ${text}`);
  return {
    request: {
      principal,
      action,
      resource: { resource, accountId: resourceAccount },
      contextVariables: { ...principalContext(principal), ...context },
    },
    identityPolicies: (identityPolicies ?? []).map((policy, index) => ({
      name: `identity-${String(index)}`,
      policy,
    })),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    ...(boundary === undefined
      ? {}
      : { permissionBoundaryPolicies: [{ name: "boundary", policy: boundary }] }),
    ...(endpointPolicy === undefined
      ? {}
      : { vpcEndpointPolicies: [{ name: "endpoint", policy: endpointPolicy }] }),
    resourcePolicy,
  };
}

/** The simulator drops KMS's keys with a name of the caller's choosing; a tag's key is as free and is not dropped. */
const withKnownKeys = <T>(value: T): T =>
  JSON.parse(
    JSON.stringify(value).replace(
      /"kms:EncryptionContext:([^"]+)":/g,
      (_, name: string) => `"aws:PrincipalTag/kms-encryption-context-${name.replaceAll(":", "-")}":`,
    ),
  ) as T;

function principalContext(principal: string): Record<string, string> {
  const account = /^arn:aws:(?:iam|sts)::(\d{12}):/.exec(principal)?.[1];
  return account === undefined ? {} : { "aws:PrincipalArn": principal, "aws:PrincipalAccount": account };
}
