import { systemClock } from "./clock";
import { awsPost } from "./post";
import { routerHandler } from "./router";
import { readSettings } from "./settings";

/** The entry point of the Lambda function. Settings that are wrong end the cold start, with all of them in the message. */
export const handler = routerHandler({
  settings: readSettings(process.env),
  aws: awsPost(),
  clock: systemClock,
  write: (line) => {
    process.stdout.write(`${line}\n`);
  },
});
