import type { OpensearchDomainConfig } from "@cdktf/provider-aws/lib/opensearch-domain";

/** Number and size of the machines. */
export interface ClusterSize {
  /** Of the data nodes: `m7g.medium.search`. */
  readonly instanceType: string;
  /** Data nodes; a multiple of the zones. */
  readonly instances: number;
  readonly zones: 1 | 2 | 3;
  /** Of one data node, gp3. */
  readonly volumeGiB: number;
  /** Three machines that only lead the cluster; from about ten data nodes on. */
  readonly dedicatedMasters: boolean;
}

/** 8 GiB lead up to ten data nodes; more than the data nodes' own type often has. */
const MASTER_TYPE = "m7g.large.search";

type Cluster = Pick<OpensearchDomainConfig, "clusterConfig" | "ebsOptions" | "autoTuneOptions">;

/** What the size means in the domain's arguments. */
export function clusterOptions(size: ClusterSize): Cluster {
  const { instanceType, instances, zones, volumeGiB, dedicatedMasters } = size;
  // Burstable machines have no memory to tune; the service refuses to try.
  const tunable = !/^t\d/.test(instanceType);
  return {
    clusterConfig: {
      instanceType,
      instanceCount: instances,
      ...(zones === 1
        ? { zoneAwarenessEnabled: false }
        : { zoneAwarenessEnabled: true, zoneAwarenessConfig: { availabilityZoneCount: zones } }),
      ...(dedicatedMasters
        ? { dedicatedMasterEnabled: true, dedicatedMasterCount: 3, dedicatedMasterType: MASTER_TYPE }
        : { dedicatedMasterEnabled: false }),
    },
    // What gp3 has at no further cost.
    ebsOptions: { ebsEnabled: true, volumeType: "gp3", volumeSize: volumeGiB, iops: 3000, throughput: 125 },
    autoTuneOptions: tunable
      ? { desiredState: "ENABLED", rollbackOnDisable: "NO_ROLLBACK", useOffPeakWindow: true }
      : { desiredState: "DISABLED", rollbackOnDisable: "NO_ROLLBACK" },
  };
}
