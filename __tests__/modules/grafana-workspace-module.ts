import { GrafanaWorkspace, type GrafanaWorkspaceProps } from "../../modules/grafana-workspace/workspace";
import type { Stack } from "../support/synth";
import { synthModule } from "./gateway-module";

export const ACCOUNT = "111111111111";
export const REGION = "eu-west-1";
export const METRICS = `arn:aws:aps:${REGION}:${ACCOUNT}:workspace/ws-1`;
export const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:tenantscope-alerts`;
export const TOPIC_KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/alerts`;
export const ORGANIZATION = "o-example0001";

export const OPEN = {
  licence: "standard",
  adminGroupIds: ["group-admins"],
  editorGroupIds: ["group-editors-1", "group-editors-2"],
  viewerGroupIds: ["group-everybody"],
  networkAccess: { prefixListIds: [], vpcEndpointIds: [] },
} as const;
export const RESTRICTED = {
  ...OPEN,
  networkAccess: { prefixListIds: ["pl-office"], vpcEndpointIds: [] },
} as const;

export const PROPS: GrafanaWorkspaceProps = {
  accountId: ACCOUNT,
  region: REGION,
  organizationId: ORGANIZATION,
  settings: OPEN,
  vpc: { vpcId: "vpc-1", subnetIds: ["subnet-a", "subnet-b"], httpsEgress: { cidrs: ["0.0.0.0/0"] } },
  metricsWorkspaceArn: METRICS,
  alertTopicArn: TOPIC,
  alertTopicKeyArn: TOPIC_KEY,
  deployRoleName: "tenantscope-deploy",
  logRetentionDays: 30,
};

/** What it offers to others, of the last one that was built. */
export const fields: Record<string, string> = {};
/** Resource types of what others come after, of the last one that was built. */
export const ready: string[] = [];

export const buildGrafana = (
  changes: Partial<GrafanaWorkspaceProps> = {},
  without: readonly (keyof GrafanaWorkspaceProps)[] = [],
): Stack =>
  synthModule((scope) => {
    const props = Object.fromEntries(
      Object.entries({ ...PROPS, ...changes }).filter(
        ([key]) => !without.includes(key as keyof GrafanaWorkspaceProps),
      ),
    ) as unknown as GrafanaWorkspaceProps;
    const made = new GrafanaWorkspace(scope, "grafana", props);
    const { id, url, roleArn, securityGroupId, secretArn } = made;
    Object.assign(fields, { id, url, roleArn, securityGroupId, secretArn });
    ready.splice(
      0,
      ready.length,
      ...made.ready.map(({ terraformResourceType, friendlyUniqueId }) =>
        `${terraformResourceType}.${friendlyUniqueId}`.replace(/_[0-9A-F]{8}$/, ""),
      ),
    );
  });
