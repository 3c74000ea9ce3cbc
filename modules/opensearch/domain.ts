import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { CloudwatchLogResourcePolicy } from "@cdktf/provider-aws/lib/cloudwatch-log-resource-policy";
import { IamServiceLinkedRole } from "@cdktf/provider-aws/lib/iam-service-linked-role";
import { OpensearchDomain as AwsDomain } from "@cdktf/provider-aws/lib/opensearch-domain";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { attribute, createAfter } from "../../lib/terraform-text";
import { EncryptionKey, logsStatement } from "../kms-key/kms-key";
import { domainAlarms } from "./alarms";
import { clusterOptions, type ClusterSize } from "./cluster";
import { DOMAIN_LOGS, TRACE_STORE } from "./names";
import { domainAccessPolicy, domainLogsPolicy } from "./policies";

/** A function that calls the domain; ids and ARNs may be references. */
export interface DomainClient {
  readonly roleArn: string;
  readonly securityGroupId: string;
}

export interface OpenSearchDomainProps {
  readonly accountId: string;
  readonly region: string;
  readonly size: ClusterSize;
  readonly vpcId: string;
  /** Private, each in a zone of its own; the first are used, one for each zone. */
  readonly subnetIds: readonly string[];
  /** Passes Jaeger's requests on. */
  readonly proxy: DomainClient;
  /** Administers the domain: the only one that may give rights in it. */
  readonly admin: DomainClient;
  /** The role that OpenSearch Service manages the domain's interfaces with, one for the account; false where it is there. */
  readonly manageServiceLinkedRole: boolean;
  readonly logRetentionDays: number;
  readonly alarmTopicArn: string;
}

/**
 * The traces' store: a domain inside the VPC that nobody reaches but two functions. The service takes a snapshot of it
 * every hour by itself and keeps them for 14 days, at no charge; there is nothing to set. They go with the domain. The storage
 * admin restores from them.
 */
export class OpenSearchDomain extends Construct {
  /** `https://<host>`, a Terraform reference. */
  readonly url: string;
  readonly securityGroupId: string;
  /** The domain and the ways to it: whatever calls it comes after these. */
  readonly reachable: readonly TerraformResource[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: OpenSearchDomainProps,
  ) {
    super(scope, id);
    const { accountId, size, subnetIds } = props;
    if (subnetIds.length < size.zones) {
      throw new Error(
        `${this.node.path}: ${size.zones} zones need a subnet each, there are ${subnetIds.length}`,
      );
    }
    const group = new SecurityGroup(this, "security-group", {
      name: TRACE_STORE.securityGroup,
      description: "OpenSearch domain of the traces",
      vpcId: props.vpcId,
      revokeRulesOnDelete: true,
      tags: { Name: TRACE_STORE.securityGroup },
    });
    this.securityGroupId = attribute(group, "id");
    const dataKey = new EncryptionKey(this, "data-key", {
      alias: TRACE_STORE.dataKeyAlias,
      description: "Traces in OpenSearch, and the snapshots of them",
      accountId,
      region: props.region,
      // The service works through a grant that whoever creates the domain makes by IAM.
      statements: [],
      usedThrough: ["es"],
    });
    const logs = this.logs();
    const domain = new AwsDomain(this, "domain", {
      domainName: TRACE_STORE.domain,
      engineVersion: "OpenSearch_2.19",
      ...clusterOptions(size),
      vpcOptions: {
        subnetIds: subnetIds.slice(0, size.zones),
        securityGroupIds: [this.securityGroupId],
      },
      encryptAtRest: { enabled: true, kmsKeyId: dataKey.arn },
      nodeToNodeEncryption: { enabled: true },
      domainEndpointOptions: {
        enforceHttps: true,
        tlsSecurityPolicy: "Policy-Min-TLS-1-2-PFS-2023-10",
      },
      advancedSecurityOptions: {
        enabled: true,
        // No passwords: everybody in it is an IAM role.
        internalUserDatabaseEnabled: false,
        masterUserOptions: { masterUserArn: props.admin.roleArn },
      },
      accessPolicies: JSON.stringify(
        domainAccessPolicy(props, { proxyRoleArn: props.proxy.roleArn, adminRoleArn: props.admin.roleArn }),
      ),
      logPublishingOptions: logs.options,
      // Ten hours from midnight UTC.
      offPeakWindowOptions: {
        enabled: true,
        offPeakWindow: { windowStartTime: { hours: 0, minutes: 0 } },
      },
      softwareUpdateOptions: { autoSoftwareUpdateEnabled: true },
      // A replacement would delete the domain, its traces and its snapshots, and then make an empty one. So the new one is to come
      // first, which fails: the name is taken, and the traces stay. `prevent_destroy` would also refuse whoever takes everything
      // down with `destroy`, who has to have said so.
      lifecycle: { createBeforeDestroy: true },
    });
    createAfter(domain, ...logs.before, ...this.serviceLinkedRole());
    this.url = `https://${attribute(domain, "endpoint")}`;
    this.reachable = [domain, ...this.admit("proxy", props.proxy), ...this.admit("admin", props.admin)];
    domainAlarms(this, { accountId, size, topicArn: props.alarmTopicArn });
  }

  /** HTTPS from a function, on both sides. The domain itself calls nobody. */
  private admit(name: string, { securityGroupId }: DomainClient): TerraformResource[] {
    const https = { ipProtocol: "tcp", fromPort: 443, toPort: 443 };
    return [
      new VpcSecurityGroupIngressRule(this, `in-${name}`, {
        ...https,
        securityGroupId: this.securityGroupId,
        description: `HTTPS from the storage ${name}`,
        referencedSecurityGroupId: securityGroupId,
      }),
      new VpcSecurityGroupEgressRule(this, `out-${name}`, {
        ...https,
        securityGroupId,
        description: "HTTPS to OpenSearch",
        referencedSecurityGroupId: this.securityGroupId,
      }),
    ];
  }

  private logs() {
    const { accountId, region, logRetentionDays } = this.props;
    const key = new EncryptionKey(this, "logs-key", {
      alias: TRACE_STORE.logsKeyAlias,
      description: "Logs of the traces' OpenSearch domain",
      accountId,
      region,
      statements: [logsStatement(region, accountId, Object.values(DOMAIN_LOGS))],
      usedThrough: ["logs"],
    });
    const groups = Object.entries(DOMAIN_LOGS).map(([logType, name]) => ({
      logType,
      group: new CloudwatchLogGroup(this, `log-${name.slice(name.lastIndexOf("/") + 1)}`, {
        name,
        retentionInDays: logRetentionDays,
        kmsKeyId: key.arn,
      }),
    }));
    const rights = new CloudwatchLogResourcePolicy(this, "logs-policy", {
      policyName: TRACE_STORE.logPolicy,
      policyDocument: JSON.stringify(domainLogsPolicy(this.props)),
    });
    return {
      options: groups.map(({ logType, group }) => ({
        logType,
        cloudwatchLogGroupArn: attribute(group, "arn"),
        enabled: true,
      })),
      // The service tries them out when it gets them.
      before: [rights],
    };
  }

  private serviceLinkedRole(): TerraformResource[] {
    if (!this.props.manageServiceLinkedRole) return [];
    return [
      new IamServiceLinkedRole(this, "service-linked-role", {
        awsServiceName: "opensearchservice.amazonaws.com",
        description: "OpenSearch Service attaches its domains to VPCs with it",
      }),
    ];
  }
}
