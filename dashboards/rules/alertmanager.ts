import { Document, Scalar } from "yaml";
import { literal } from "../../lib/terraform-text";
import { ATTRIBUTES, MESSAGE_BODY, MESSAGE_TEMPLATE } from "./alertmanager-template";
import { quotedYaml } from "./yaml";

export interface AlertmanagerInput {
  /** Of the routing topic, in the workspace's account and Region. */
  readonly topicArn: string;
  readonly region: string;
}

/** Name of the file with the templates; AMP makes it from the definition. */
export const TEMPLATE_FILE = "default_template";

const RECEIVER = "routing-topic";

const inhibit = (source: readonly string[], target: readonly string[], equal: readonly string[]): object => ({
  source_matchers: source,
  target_matchers: target,
  equal,
});

/**
 * The configuration in alertmanager's own format. One topic takes everything; who is told is the router's matter.
 * Alerts of one tenant, name and service are one message.
 */
export const alertmanagerConfig = ({ topicArn, region }: AlertmanagerInput): string =>
  quotedYaml({
    templates: [TEMPLATE_FILE],
    route: {
      receiver: RECEIVER,
      group_by: ["tenant", "alertname", "service"],
      group_wait: "30s",
      group_interval: "5m",
      repeat_interval: "12h",
      routes: [
        { receiver: RECEIVER, matchers: ['severity="critical"'], repeat_interval: "4h" },
        // Nobody is woken: waiting a little gathers what belongs together.
        {
          receiver: RECEIVER,
          matchers: ['severity="warning"'],
          group_wait: "2m",
          group_interval: "15m",
          repeat_interval: "1d",
        },
      ],
    },
    inhibit_rules: [
      // One cause on our side is one page, and not one for each tenant.
      inhibit(['alertname="ManyTenantsSilent"'], ['alertname=~"TenantSilent|ServiceSilent"'], []),
      inhibit(
        ['alertname="TenantSilent"'],
        ['alertname!~"TenantSilent|ManyTenantsSilent"', 'tenant!=""'],
        ["tenant"],
      ),
      inhibit(
        ['alertname="ServiceSilent"'],
        ['alertname!~"ServiceSilent|TenantSilent"', 'service!=""'],
        ["tenant", "service"],
      ),
      inhibit(['severity="critical"'], ['severity="warning"'], ["alertname", "tenant", "service"]),
    ],
    receivers: [
      {
        name: RECEIVER,
        sns_configs: [
          {
            topic_arn: topicArn,
            sigv4: { region },
            send_resolved: true,
            subject: "tenantscope: alerts",
            message: MESSAGE_BODY,
            attributes: ATTRIBUTES,
          },
        ],
      },
    ],
  });

/** Stands for the ARN until everything else is escaped. */
const TOPIC = "arn:aws:sns:region:account:topic";

/**
 * The definition as AMP wants it: the configuration and its templates as texts inside YAML. An argument of Terraform as it
 * is: `topicArn` may be a reference, nothing else in it is one.
 */
export function alertmanagerDefinition({ topicArn, region }: AlertmanagerInput): string {
  const block = (text: string): Scalar => {
    const scalar = new Scalar(text);
    scalar.type = Scalar.BLOCK_LITERAL;
    return scalar;
  };
  const document = new Document({
    template_files: { [TEMPLATE_FILE]: block(MESSAGE_TEMPLATE) },
    alertmanager_config: block(alertmanagerConfig({ topicArn: TOPIC, region })),
  });
  return literal(document.toString({ lineWidth: 0 }))
    .split(TOPIC)
    .join(topicArn);
}
