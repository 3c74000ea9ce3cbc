import { ContactPoint } from "@cdktf/provider-grafana/lib/contact-point";
import { NotificationPolicy } from "@cdktf/provider-grafana/lib/notification-policy";
import { RuleGroup } from "@cdktf/provider-grafana/lib/rule-group";
import { Construct } from "constructs";
import { fleetGrafanaNames } from "../../lib/grafana-names";
import { attribute } from "../../lib/terraform-text";

export interface FleetAlertsProps {
  /** Reference. */
  readonly alertTopicArn: string;
  /** Uids; the folder's may be a reference. */
  readonly folderUid: string;
  readonly metricsUid: string;
  /** A series that the fleet's rules write for as long as they are evaluated. */
  readonly heartbeat: string;
  /** Address of the page that says what to do. */
  readonly runbookUrl: string;
}

/** An expression of Grafana's own, over what the queries before it found. */
const EXPRESSION = "__expr__";
const HALF_AN_HOUR = 1800;

/**
 * Whom Grafana's own alerts tell, and the one that only Grafana can raise: that the rules in Prometheus, which raise all the
 * others, are evaluated no more. The notification policy is the whole tree of the workspace; nobody else may write one.
 */
export class FleetAlerts extends Construct {
  constructor(scope: Construct, id: string, props: FleetAlertsProps) {
    super(scope, id);
    const contact = new ContactPoint(this, "contact-point", {
      name: fleetGrafanaNames.contactPoint,
      sns: [
        {
          topic: props.alertTopicArn,
          authProvider: "default",
          messageFormat: "text",
          subject: "tenantscope: Grafana",
        },
      ],
    });
    const contactPoint = attribute(contact, "name");
    new NotificationPolicy(this, "policy", {
      contactPoint,
      groupBy: ["grafana_folder", "alertname"],
      groupWait: "30s",
      groupInterval: "5m",
      repeatInterval: "12h",
    });
    const time = { relativeTimeRange: { from: HALF_AN_HOUR, to: 0 } };
    new RuleGroup(this, "rules", {
      name: "watch",
      folderUid: props.folderUid,
      intervalSeconds: 60,
      rule: [
        {
          name: "RulesNotEvaluated",
          condition: "B",
          for: "10m",
          // What is missing is the alarm; so is a workspace that does not answer.
          noDataState: "Alerting",
          execErrState: "Alerting",
          labels: { severity: "critical" },
          annotations: {
            summary: "The fleet's rules are not evaluated: no alert of any tenant can fire",
            description: `No sample of ${props.heartbeat} in the last minutes.`,
            runbook_url: props.runbookUrl,
          },
          data: [
            {
              refId: "A",
              datasourceUid: props.metricsUid,
              ...time,
              model: JSON.stringify({
                refId: "A",
                expr: `count(${props.heartbeat})`,
                instant: true,
                range: false,
              }),
            },
            {
              refId: "B",
              datasourceUid: EXPRESSION,
              ...time,
              model: JSON.stringify({
                refId: "B",
                type: "threshold",
                expression: "A",
                conditions: [{ evaluator: { type: "lt", params: [1] } }],
              }),
            },
          ],
        },
      ],
    });
  }
}
