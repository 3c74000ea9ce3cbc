import { systemClock } from "../alert-router/clock";
import { awsPost, webPost } from "../alert-router/post";
import { notifierHandler } from "./notifier";
import { PAGER_DUTY_ORIGINS } from "./pager-duty";
import { readSettings } from "./settings";
import { SLACK_ORIGIN } from "./slack";

const pagerDuty = {
  us: webPost("PagerDuty", PAGER_DUTY_ORIGINS.us),
  eu: webPost("PagerDuty", PAGER_DUTY_ORIGINS.eu),
} as const;

/** The entry point of the Lambda function. Settings that are wrong end the cold start, with all of them in the message. */
export const handler = notifierHandler({
  settings: readSettings(process.env),
  aws: awsPost(),
  slack: webPost("Slack", SLACK_ORIGIN),
  pagerDuty: (region) => pagerDuty[region],
  clock: systemClock,
  write: (line) => {
    process.stdout.write(`${line}\n`);
  },
});
