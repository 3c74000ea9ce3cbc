import type { TerraformResource } from "cdktf";

/** Where a load balancer waits for the tasks of a service. */
export interface LoadBalancerTarget {
  /** Of the target group; a reference. */
  readonly arn: string;
  /** A service can register only where a listener sends to. */
  readonly listener: TerraformResource;
}
