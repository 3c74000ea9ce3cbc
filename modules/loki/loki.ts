import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { ServiceDiscoveryService } from "@cdktf/provider-aws/lib/service-discovery-service";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { PolicyDocument } from "../../lib/iam";
import { attribute } from "../../lib/terraform-text";
import { taskRole } from "../central-service/task-role";
import { EncryptionKey, logsStatement } from "../kms-key/kms-key";
import type { LoadBalancerTarget } from "../network/load-balancer-target";
import { LokiAlarms } from "./alarms";
import type { LogLimits } from "./config-limits";
import type { LokiImages } from "./containers";
import { LokiFileSystem } from "./file-system";
import { chunksBucket, configBucket, lokiNames, replicaName, replicaNumbers, type Replicas } from "./names";
import { lokiExecutionPolicy, lokiTaskPolicy } from "./policies";
import { LOKI_HTTP_PORT } from "./ports";
import { LokiReplica } from "./replica";
import { LokiSecurityGroup, type LokiSecurityGroupProps } from "./security-group";
import { LokiBucket } from "./storage";

export interface LokiProps {
  readonly accountId: string;
  readonly region: string;
  readonly replicas: Replicas;
  readonly images: LokiImages;
  /** Of one replica's task: CPU units, MiB, GiB. */
  readonly cpu: number;
  readonly memory: number;
  readonly ephemeralStorageGiB: number;
  /** Of every tenant without limits of its own. */
  readonly limits: LogLimits;
  /** Days for which deleted chunks can be brought back. */
  readonly undoDays: number;
  readonly clusterArn: string;
  readonly clusterName: string;
  readonly vpcId: string;
  /** Private, each in a zone of its own; at least as many as replicas. */
  readonly subnetIds: readonly string[];
  readonly clients: LokiSecurityGroupProps["clients"];
  readonly httpsEgress: LokiSecurityGroupProps["httpsEgress"];
  /** Cloud Map namespace: its id may be a Terraform reference, its name is plain. */
  readonly namespace: { readonly namespaceId: string; readonly namespaceName: string };
  /** What a load balancer of people sends to. @default none */
  readonly target?: LoadBalancerTarget;
  /** Of Loki's own logs in CloudWatch. */
  readonly logRetentionDays: number;
  readonly alarmTopicArn: string;
}

/** Loki on ECS Fargate, with its buckets, file system, keys, roles, name and alarms. */
export class Loki extends Construct {
  /** `http://loki.<namespace>:3100`, plain text. */
  readonly url: string;
  /** Terraform reference. */
  readonly securityGroupId: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: LokiProps,
  ) {
    super(scope, id);
    const { accountId, region, replicas } = props;
    const discoveryName = `${lokiNames.discovery}.${props.namespace.namespaceName}`;
    this.url = `http://${discoveryName}:${LOKI_HTTP_PORT}`;

    const logGroup = this.logGroup();
    const chunks = new LokiBucket(this, "chunks", {
      name: chunksBucket(props),
      accountId,
      region,
      keyAlias: lokiNames.kmsAlias("chunks"),
      description: "Log lines of all tenants in S3",
      undoDays: props.undoDays,
    });
    const config = new LokiBucket(this, "config", {
      name: configBucket(props),
      accountId,
      region,
      keyAlias: lokiNames.kmsAlias("config"),
      description: "Limits of the tenants' logs",
      undoDays: 90,
    });
    const securityGroup = new LokiSecurityGroup(this, "security-group", {
      vpcId: props.vpcId,
      replicas,
      clients: props.clients,
      httpsEgress: props.httpsEgress,
    });
    this.securityGroupId = securityGroup.id;
    const fileSystem = new LokiFileSystem(this, "wal", {
      accountId,
      region,
      vpcId: props.vpcId,
      subnetIds: props.subnetIds,
      replicas,
      clientSecurityGroupId: securityGroup.id,
    });
    securityGroup.allowFileSystem(fileSystem.securityGroupId);

    const executionRole = taskRole(this, "execution-role", {
      name: lokiNames.executionRole,
      description: "ECS starts Loki with it",
      accountId,
      region,
    });
    const granted: TerraformResource[] = [
      this.rolePolicy(
        "execution-policy",
        executionRole,
        lokiExecutionPolicy({ accountId, region, logGroup: lokiNames.logGroup, images: props.images }),
      ),
    ];
    const taskRoles = replicaNumbers(replicas).map((replica) => {
      const role = taskRole(this, `task-role-${replica}`, {
        name: lokiNames.replica(replica).taskRole,
        description: replicaName(replica),
        accountId,
        region,
      });
      const data = {
        region,
        chunksBucketArn: chunks.arn,
        chunksKeyArn: chunks.keyArn,
        configBucketArn: config.arn,
        configKeyArn: config.keyArn,
        fileSystemArn: fileSystem.arn,
      };
      const document = lokiTaskPolicy(data, fileSystem.accessPointOf(replica).arn);
      granted.push(this.rolePolicy(`task-policy-${replica}`, role, document));
      return attribute(role, "arn");
    });
    granted.push(fileSystem.admit(taskRoles));

    const registry = this.registry();
    const services: TerraformResource[] = [];
    for (const [replica, taskRoleArn] of taskRoles.entries()) {
      const { service } = new LokiReplica(this, replicaName(replica), {
        containers: {
          images: props.images,
          input: {
            region,
            replicas,
            replica,
            discoveryName,
            chunksBucket: chunksBucket(props),
            limits: props.limits,
          },
          taskMemory: props.memory,
          configBucket: configBucket(props),
          logGroup: lokiNames.logGroup,
          environment: { LOKI_CHUNKS_KEY_ARN: chunks.keyArn },
        },
        cpu: props.cpu,
        ephemeralStorageGiB: props.ephemeralStorageGiB,
        clusterArn: props.clusterArn,
        subnetIds: this.subnetsOf(replica),
        securityGroupId: securityGroup.id,
        taskRoleArn,
        executionRoleArn: attribute(executionRole, "arn"),
        fileSystemId: fileSystem.id,
        accessPointId: fileSystem.accessPointOf(replica).id,
        registryArn: attribute(registry, "arn"),
        ...(props.target === undefined ? {} : { target: props.target }),
        after: [
          logGroup,
          ...granted,
          ...fileSystem.mountTargets,
          ...chunks.protection,
          ...config.protection,
          // Never two replicas away at once.
          ...services.slice(-1),
        ],
      });
      services.push(service);
    }

    new LokiAlarms(this, "alarms", {
      clusterName: props.clusterName,
      replicas,
      fileSystemId: fileSystem.id,
      logGroupName: attribute(logGroup, "name"),
      topicArn: props.alarmTopicArn,
    });
  }

  /** A single replica may move to another zone; of three each stays in its own, so that a zone takes one at most. */
  private subnetsOf(replica: number): readonly string[] {
    const { replicas, subnetIds } = this.props;
    const subnetId = subnetIds[replica % subnetIds.length];
    return replicas === 1 || subnetId === undefined ? subnetIds : [subnetId];
  }

  private logGroup(): CloudwatchLogGroup {
    const { accountId, region } = this.props;
    const key = new EncryptionKey(this, "logs-key", {
      alias: lokiNames.kmsAlias("logs"),
      description: "Loki's own log",
      accountId,
      region,
      statements: [logsStatement(region, accountId, [lokiNames.logGroup])],
      usedThrough: ["logs"],
    });
    return new CloudwatchLogGroup(this, "log", {
      name: lokiNames.logGroup,
      retentionInDays: this.props.logRetentionDays,
      kmsKeyId: key.arn,
    });
  }

  /** The name of all replicas; healthy ones only. */
  private registry(): ServiceDiscoveryService {
    return new ServiceDiscoveryService(this, "discovery", {
      name: lokiNames.discovery,
      description: "Loki's replicas",
      dnsConfig: {
        namespaceId: this.props.namespace.namespaceId,
        routingPolicy: "MULTIVALUE",
        dnsRecords: [{ type: "A", ttl: 10 }],
      },
      // ECS reports health itself. The value is AWS's only one; without it the provider leaves the block out.
      healthCheckCustomConfig: { failureThreshold: 1 },
    });
  }

  private rolePolicy(id: string, role: IamRole, document: PolicyDocument): IamRolePolicy {
    return new IamRolePolicy(this, id, {
      role: attribute(role, "name"),
      name: "loki",
      policy: JSON.stringify(document),
    });
  }
}
