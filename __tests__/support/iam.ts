import type * as Utils from "@cloud-copilot/iam-utils";
import { runSimulation } from "@cloud-copilot/iam-simulate";

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
  const text = JSON.stringify(request);
  if (request.resource !== "*" && /[*?]/.test(request.resource)) {
    // The simulator would answer whether any resource of the pattern is allowed.
    throw new Error(`${request.resource} is a pattern, a request has one resource`);
  }
  if (text.includes("${")) throw new Error(`unresolved reference in ${text}`);
  const { principal, action, resource, resourceAccount, ...rest } = request;
  const { identityPolicies, boundary, resourcePolicy, context } = withKnownKeys(rest);
  const result = await runSimulation(
    {
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
      resourcePolicy,
    },
    { simulationMode: "Strict" },
  );
  if (result.resultType === "error") {
    throw new Error(`${JSON.stringify(result.errors)} in ${text}`);
  }
  const results = result.resultType === "single" ? [result.result] : result.results;
  const ignored = results.flatMap(({ ignoredContextKeys }) => ignoredContextKeys ?? []);
  if (ignored.length > 0) throw new Error(`${ignored.join(", ")} mean nothing to ${request.action}`);
  return result.overallResult === "Allowed";
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
