/**
 * Every exception to the policy rules, with its reason. An entry that matches nothing fails the tests, so the list
 * cannot outlive what it excuses.
 */
export interface WildcardException {
  /** Address of the resource or output, and attribute. */
  readonly where: RegExp;
  readonly sid: string;
  readonly element: "Action" | "Resource" | "NotResource";
  readonly value: RegExp;
  readonly reason: string;
}

export const LOG_STREAMS = String.raw`^arn:aws:logs:[a-z0-9-]+:\d{12}:log-group:/tenantscope/`;
export const STREAM_REASON =
  "ECS names a log stream after the task, which nobody knows beforehand; the log group is exact.";
export const TOKEN_REASON =
  "ecr:GetAuthorizationToken supports no resource; the token opens only what PullImages allows.";
