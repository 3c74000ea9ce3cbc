import { OpenSearchDomain, type OpenSearchDomainProps } from "../../modules/opensearch/domain";
import type { Stack } from "../support/synth";
import { synthModule } from "./gateway-module";

export const ACCOUNT = "111111111111";
export const REGION = "eu-west-1";
export const DOMAIN = `arn:aws:es:${REGION}:${ACCOUNT}:domain/tenantscope-traces`;
export const role = (name: string): string =>
  `arn:aws:iam::${ACCOUNT}:role/tenantscope/tenantscope-storage-${name}`;
export const PROPS: OpenSearchDomainProps = {
  accountId: ACCOUNT,
  region: REGION,
  size: { instanceType: "m7g.medium.search", instances: 2, zones: 2, volumeGiB: 50, dedicatedMasters: false },
  vpcId: "vpc-1",
  subnetIds: ["subnet-a", "subnet-b", "subnet-c"],
  proxy: { roleArn: role("proxy"), securityGroupId: "sg-proxy" },
  admin: { roleArn: role("admin"), securityGroupId: "sg-admin" },
  manageServiceLinkedRole: true,
  logRetentionDays: 30,
  alarmTopicArn: `arn:aws:sns:${REGION}:${ACCOUNT}:alarms`,
};
/** Of the domain that was built last. */
export const fields: { url?: string; reachable?: number } = {};

export const buildDomain = (changes: Partial<OpenSearchDomainProps> = {}): Stack =>
  synthModule((scope) => {
    const domain = new OpenSearchDomain(scope, "traces", { ...PROPS, ...changes });
    fields.url = domain.url;
    fields.reachable = domain.reachable.length;
  });
