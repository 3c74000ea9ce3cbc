import { Construct } from "constructs";
import { notifierNames } from "./names";
import { notifierStatements } from "./policies";
import { TopicFunction } from "./topic-function";

/** Secrets in the tenant's account with the addresses to notify, and the customer-managed keys that they are encrypted with. */
export interface NotifierSecrets {
  readonly slackSecretArn?: string;
  readonly pagerDutySecretArn?: string;
  readonly secretKmsKeyArns: readonly string[];
}

export interface TenantNotifierProps {
  readonly tenant: string;
  /** The tenant's account and Region. */
  readonly accountId: string;
  readonly region: string;
  readonly logRetentionDays: number;
  readonly alertTopic: {
    /** Terraform reference. */
    readonly arn: string;
    readonly name: string;
  };
  readonly secrets: NotifierSecrets;
}

/** Whether a tenant's alerts need the notifier: a topic itself speaks neither with Slack nor with PagerDuty. */
export const needsNotifier = ({ slackSecretArn, pagerDutySecretArn }: NotifierSecrets): boolean =>
  slackSecretArn !== undefined || pagerDutySecretArn !== undefined;

/**
 * Tells a tenant's Slack channel, PagerDuty service or both what comes through its alert topic; in the tenant's account.
 * Its own alarms go to the same topic: to people by email, when the tenant names any.
 */
export class TenantNotifier extends Construct {
  constructor(scope: Construct, id: string, props: TenantNotifierProps) {
    super(scope, id);
    const { tenant, accountId, region, alertTopic } = props;
    const { slackSecretArn, pagerDutySecretArn, secretKmsKeyArns } = props.secrets;
    const secretArns = [slackSecretArn, pagerDutySecretArn].filter((arn) => arn !== undefined);
    if (secretArns.length === 0)
      throw new Error(`tenant ${tenant} names no secret, so there is nobody to notify`);
    const names = notifierNames(tenant);
    new TopicFunction(this, "subscriber", {
      accountId,
      region,
      name: names.name,
      description: `Tells Slack or PagerDuty of the alerts of tenant ${tenant}`,
      entry: names.entry,
      environment: {
        TENANT: tenant,
        ...(slackSecretArn === undefined ? {} : { SLACK_SECRET_ARN: slackSecretArn }),
        ...(pagerDutySecretArn === undefined ? {} : { PAGERDUTY_SECRET_ARN: pagerDutySecretArn }),
      },
      statements: notifierStatements({ secretArns: [...new Set(secretArns)], kmsKeyArns: secretKmsKeyArns }),
      logGroup: names.logGroup,
      logRetentionDays: props.logRetentionDays,
      keyAlias: names.keyAlias,
      topic: { arn: alertTopic.arn, plainArn: `arn:aws:sns:${region}:${accountId}:${alertTopic.name}` },
      failed: { queue: names.failedQueue, keyAlias: names.failedKeyAlias },
      owner: `tenant ${tenant}`,
      alarmTopicArn: alertTopic.arn,
    });
  }
}
