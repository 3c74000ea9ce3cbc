import type { Lifecycle } from "../../fleet/types";
import type { Statement } from "../../lib/iam";
import { methodArns } from "./routes";

/**
 * A role that may call these methods and nothing at any other path of any API. The Deny is needed because the role lives
 * in the API's account, where the API's policy alone could allow a call. A role has one such pair: a second one would
 * deny what the first allows.
 */
export const invokeOnly = (
  methods: readonly string[],
  effect: Statement["Effect"] = "Allow",
): [Statement, Statement] => [
  { Sid: "InvokeOwnPaths", Effect: effect, Action: "execute-api:Invoke", Resource: methods },
  { Sid: "InvokeNothingElse", Effect: "Deny", Action: "execute-api:Invoke", NotResource: methods },
];

/** What a writer role may do at our APIs: send its own tenant's signals, and what it is given besides. */
export function writerInvokeStatements(input: {
  /** ARN or reference. */
  readonly executionArn: string;
  /**
   * What IAM calls the private domain, where there is one; ARN or reference. Coming in by it is a permission of its own,
   * beside that for the path, and opens none.
   */
  readonly domainInvokeArn?: string;
  /** Methods of other APIs, such as those of the tenant's own store; ARNs or references. @default none */
  readonly furtherMethodArns?: readonly string[];
  readonly tenant: string;
  readonly lifecycle: Lifecycle;
}): [Statement, Statement] {
  const { domainInvokeArn, furtherMethodArns = [] } = input;
  const own = [
    ...methodArns(input.executionArn, input.tenant),
    ...(domainInvokeArn === undefined ? [] : [domainInvokeArn]),
    ...furtherMethodArns,
  ];
  return invokeOnly(own, input.lifecycle === "suspended" ? "Deny" : "Allow");
}
