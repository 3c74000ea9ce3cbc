import { routerHandler } from "../../lambda/alert-router/router";
import type { AlertMessage } from "../../dashboards/rules/message";
import {
  attributesOf,
  context,
  FakeClock,
  FakeNetwork,
  publishedIn,
  snsEvent,
  type Answers,
  type Published,
} from "./alert-support";

export const CENTRAL = "arn:aws:sns:eu-west-1:111111111111:tenantscope-alerts";
export const ACME = "arn:aws:sns:eu-central-1:222222222222:tenantscope-acme-alerts";
export const ROUTES: Readonly<Record<string, string>> = {
  acme: JSON.stringify({ topicArn: ACME }),
  globex: JSON.stringify({ topicArn: "arn:aws:sns:eu-west-1:333333333333:tenantscope-globex-alerts" }),
};
export const NOTE = "This alert has reached the central topic only: ";

/** Systems Manager as it is. */
export const parameter = (
  body: string,
  values: Readonly<Record<string, string>> = ROUTES,
): ReturnType<Answers> => {
  const { Name } = JSON.parse(body) as { Name: string };
  const Value = values[Name.replace("/tenantscope/alert-routes/", "")];
  return Value === undefined
    ? { status: 400, body: '{"__type":"ParameterNotFound"}' }
    : { body: JSON.stringify({ Parameter: { Name, Value } }) };
};

/** A router between a fake network and a fake clock. */
export function setUp(
  answers: (sent: Parameters<Answers>[0]) => ReturnType<Answers> | "usual" = () => "usual",
) {
  const clock = new FakeClock();
  const network = new FakeNetwork((sent) => {
    const answer = answers(sent);
    if (answer !== "usual") return answer;
    return sent.to === "ssm.eu-west-1" ? parameter(sent.body) : { body: "<PublishResponse/>" };
  });
  const lines: string[] = [];
  const handler = routerHandler({
    settings: { region: "eu-west-1", centralTopicArn: CENTRAL, routePath: "/tenantscope/alert-routes" },
    aws: network.aws,
    clock,
    write: (line) => lines.push(line),
  });
  return {
    clock,
    network,
    lines,
    logged: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    handler,
    route: (message: AlertMessage, attributes: Record<string, string> = attributesOf(message)) =>
      handler(snsEvent(message, attributes), context),
    published: (): Published[] => network.to("sns").map(publishedIn),
    publishedTo: () => network.to("sns").map((sent) => publishedIn(sent).topicArn),
  };
}
