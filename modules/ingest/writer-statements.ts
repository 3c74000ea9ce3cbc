import type { Lifecycle } from "../../fleet/types";
import type { Statement } from "../../lib/iam";
import { methodArns } from "./routes";

/**
 * What a writer role may do at the ingest API: send its own tenant's signals, and nothing at any other path of any API.
 * The Deny is needed because the role lives in the API's account, where the API's policy alone could allow a call.
 */
export function writerInvokeStatements(input: {
  /** ARN or reference. */
  readonly executionArn: string;
  readonly tenant: string;
  readonly lifecycle: Lifecycle;
}): [Statement, Statement] {
  const own = methodArns(input.executionArn, input.tenant);
  return [
    {
      Sid: "InvokeOwnPaths",
      Effect: input.lifecycle === "suspended" ? "Deny" : "Allow",
      Action: "execute-api:Invoke",
      Resource: own,
    },
    { Sid: "InvokeNothingElse", Effect: "Deny", Action: "execute-api:Invoke", NotResource: own },
  ];
}
