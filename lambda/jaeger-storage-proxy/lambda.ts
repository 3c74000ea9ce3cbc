import { proxyFrom } from "./compose";
import { handlerOf, type AwsLambda } from "./handler";

// Settings that are wrong end the cold start, with all of them in the message.
const { proxy } = proxyFrom(process.env, (line) => {
  process.stdout.write(`${line}\n`);
});

/** The entry point of the Lambda function. */
export const handler = handlerOf(proxy, (globalThis as unknown as { awslambda?: AwsLambda }).awslambda);
