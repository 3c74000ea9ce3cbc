import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { Construct } from "constructs";
import { attribute } from "../../lib/terraform-text";
import { EncryptionKey } from "../kms-key/kms-key";
import { ALERT_ROUTING, ROUTE_PATH, routingTopicArn } from "./names";
import { routerStatements, routingKeyStatement, routingTopicPolicy } from "./policies";
import { TopicFunction } from "./topic-function";

export interface AlertRoutingProps {
  readonly accountId: string;
  readonly region: string;
  readonly organizationId: string;
  readonly logRetentionDays: number;
  /** The central alert topic, where everything goes that finds no way to a tenant. References. */
  readonly alertTopic: { readonly arn: string; readonly keyArn: string };
}

/**
 * The way of alerts from every alertmanager of the account to the tenants: one topic, and a function that passes each
 * message on to the topic in its tenant's account.
 */
export class AlertRouting extends Construct {
  /** Terraform references. */
  readonly topicArn: string;
  readonly routerRoleArn: string;

  constructor(scope: Construct, id: string, props: AlertRoutingProps) {
    super(scope, id);
    const { accountId, region, alertTopic } = props;
    const key = new EncryptionKey(this, "key", {
      alias: ALERT_ROUTING.topicKeyAlias,
      description: "Alerts on their way to the tenants",
      accountId,
      region: props.region,
      statements: [routingKeyStatement(props)],
      usedThrough: ["sns"],
    });
    const topic = new SnsTopic(this, "topic", { name: ALERT_ROUTING.topic, kmsMasterKeyId: key.arn });
    this.topicArn = attribute(topic, "arn");
    new SnsTopicPolicy(this, "policy", {
      arn: this.topicArn,
      policy: JSON.stringify(routingTopicPolicy(props)),
    });
    const router = new TopicFunction(this, "router", {
      accountId,
      region,
      name: ALERT_ROUTING.router,
      description: "Passes alerts on to the tenants' topics",
      entry: ALERT_ROUTING.entry,
      environment: { CENTRAL_TOPIC_ARN: alertTopic.arn, ROUTE_PATH },
      statements: routerStatements(props, { topicArn: alertTopic.arn, topicKeyArn: alertTopic.keyArn }),
      logGroup: ALERT_ROUTING.logGroup,
      logRetentionDays: props.logRetentionDays,
      keyAlias: ALERT_ROUTING.routerKeyAlias,
      topic: { arn: this.topicArn, plainArn: routingTopicArn(props) },
      failed: { queue: ALERT_ROUTING.failedQueue, keyAlias: ALERT_ROUTING.failedKeyAlias },
      owner: "the tenants",
      alarmTopicArn: alertTopic.arn,
    });
    this.routerRoleArn = router.roleArn;
    new CloudwatchMetricAlarm(this, "alarm-undelivered", {
      alarmName: `${ALERT_ROUTING.topic}-undelivered`,
      alarmDescription: `SNS could not hand alerts to the router. They are in the queue ${ALERT_ROUTING.failedQueue}.`,
      namespace: "AWS/SNS",
      metricName: "NumberOfNotificationsFailed",
      dimensions: { TopicName: ALERT_ROUTING.topic },
      statistic: "Sum",
      period: 300,
      evaluationPeriods: 1,
      threshold: 0,
      comparisonOperator: "GreaterThanThreshold",
      treatMissingData: "notBreaching",
      alarmActions: [alertTopic.arn],
      okActions: [alertTopic.arn],
    });
  }
}
