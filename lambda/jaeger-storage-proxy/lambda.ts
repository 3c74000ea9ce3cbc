import { proxyFrom } from "./compose";
import { handlerOf, type AwsLambda } from "./handler";
import { CENTRAL } from "./indices";
import { ownerShare } from "./owner-share";

const log = (line: string) => {
  process.stdout.write(`${line}\n`);
};
// Settings that are wrong end the cold start, with all of them in the message.
const { proxy } = proxyFrom(process.env, log, ownerShare(CENTRAL));

/** The entry point of the Lambda function. */
export const handler = handlerOf(proxy, (globalThis as unknown as { awslambda?: AwsLambda }).awslambda);
