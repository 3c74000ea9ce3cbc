import { EfsAccessPoint } from "@cdktf/provider-aws/lib/efs-access-point";
import { EfsFileSystem } from "@cdktf/provider-aws/lib/efs-file-system";
import { EfsFileSystemPolicy } from "@cdktf/provider-aws/lib/efs-file-system-policy";
import { EfsMountTarget } from "@cdktf/provider-aws/lib/efs-mount-target";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { attribute } from "../../lib/terraform-text";
import { EncryptionKey } from "../kms-key/kms-key";
import { LOKI_UID, lokiNames, replicaName, replicaNumbers, type Replicas } from "./names";
import { fileSystemPolicy } from "./policies";
import { NFS_PORT } from "./ports";

export interface LokiFileSystemProps {
  readonly accountId: string;
  readonly region: string;
  readonly vpcId: string;
  /** In zones of their own. */
  readonly subnetIds: readonly string[];
  readonly replicas: Replicas;
  /** Of Loki's tasks. */
  readonly clientSecurityGroupId: string;
}

/** The file system of the write-ahead logs: a folder per replica, which only that replica may mount. */
export class LokiFileSystem extends Construct {
  /** Terraform references. */
  readonly id: string;
  readonly arn: string;
  readonly securityGroupId: string;
  readonly mountTargets: readonly TerraformResource[];
  private readonly accessPoints: readonly EfsAccessPoint[];

  constructor(scope: Construct, id: string, props: LokiFileSystemProps) {
    super(scope, id);
    const key = new EncryptionKey(this, "key", {
      alias: lokiNames.kmsAlias("wal"),
      description: "Log lines that Loki has not yet written to S3",
      accountId: props.accountId,
      region: props.region,
      // EFS works through a grant that whoever creates the file system makes by IAM.
      statements: [],
      usedThrough: ["elasticfilesystem"],
    });
    const fileSystem = new EfsFileSystem(this, "file-system", {
      creationToken: lokiNames.fileSystem,
      encrypted: true,
      kmsKeyId: key.arn,
      performanceMode: "generalPurpose",
      // Bursting gives throughput by size, and a write-ahead log is small: it would run dry under load.
      throughputMode: "elastic",
      tags: { Name: lokiNames.fileSystem },
    });
    this.id = attribute(fileSystem, "id");
    this.arn = attribute(fileSystem, "arn");
    this.securityGroupId = this.securityGroup(props);
    this.mountTargets = props.subnetIds.map(
      (subnetId, index) =>
        new EfsMountTarget(this, `mount-${index}`, {
          fileSystemId: this.id,
          subnetId,
          securityGroups: [this.securityGroupId],
        }),
    );
    this.accessPoints = replicaNumbers(props.replicas).map((replica) => this.accessPoint(replica));
  }

  /** The replica's access point, as Terraform references. */
  accessPointOf(replica: number): { readonly id: string; readonly arn: string } {
    const point = this.accessPoints[replica];
    if (point === undefined) throw new Error(`${this.node.path}: there is no replica ${replica}`);
    return { id: attribute(point, "id"), arn: attribute(point, "arn") };
  }

  /** Admits the replicas' task roles, in their order; before that nobody is kept out. */
  admit(roleArns: readonly string[]): TerraformResource {
    return new EfsFileSystemPolicy(this, "policy", {
      fileSystemId: this.id,
      policy: JSON.stringify(
        fileSystemPolicy(
          this.arn,
          roleArns.map((roleArn, replica) => ({ roleArn, accessPointArn: this.accessPointOf(replica).arn })),
        ),
      ),
    });
  }

  private accessPoint(replica: number): EfsAccessPoint {
    return new EfsAccessPoint(this, `access-${replica}`, {
      fileSystemId: this.id,
      posixUser: { uid: LOKI_UID, gid: LOKI_UID },
      rootDirectory: {
        path: lokiNames.replica(replica).accessPointPath,
        creationInfo: { ownerUid: LOKI_UID, ownerGid: LOKI_UID, permissions: "0750" },
      },
      tags: { Name: `tenantscope-${replicaName(replica)}` },
    });
  }

  private securityGroup({ vpcId, clientSecurityGroupId }: LokiFileSystemProps): string {
    const name = lokiNames.fileSystemSecurityGroup;
    const group = new SecurityGroup(this, "security-group", {
      name,
      description: "File system of the write-ahead logs of Loki",
      vpcId,
      revokeRulesOnDelete: true,
      tags: { Name: name },
    });
    const securityGroupId = attribute(group, "id");
    new VpcSecurityGroupIngressRule(this, "in-loki", {
      securityGroupId,
      description: "NFS from Loki",
      referencedSecurityGroupId: clientSecurityGroupId,
      ipProtocol: "tcp",
      fromPort: NFS_PORT,
      toPort: NFS_PORT,
    });
    return securityGroupId;
  }
}
