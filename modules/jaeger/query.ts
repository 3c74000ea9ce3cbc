import type { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import { Construct } from "constructs";
import { centralNames } from "../../lib/names";
import { admit, type Clients } from "../network/clients";
import type { LoadBalancerTarget } from "../network/load-balancer-target";
import { JAEGER_BASE_PATH, jaegerQueryConfig } from "./config";
import { queryNames } from "./names";
import { JAEGER_QUERY_PORT } from "./ports";
import { JaegerService, type JaegerPlace } from "./service";

export interface JaegerQueryProps extends JaegerPlace {
  readonly tasks: number;
  /** The tenant whose own indices it shows; the shared ones when absent. */
  readonly owner?: string;
  /** Who looks: people's networks, Grafana. */
  readonly clients: Clients;
  /** What a load balancer of people sends to. @default none */
  readonly target?: LoadBalancerTarget;
}

/** Base URL of a tenant's own query service, or of the shared one, inside the central VPC. */
export const queryUrl = (owner?: string, namespaceName: string = centralNames.namespace): string =>
  `http://${queryNames(owner).service}.${namespaceName}:${JAEGER_QUERY_PORT}${JAEGER_BASE_PATH}`;

/** Where people and Grafana look at traces. Fields but `url` are Terraform references. */
export class JaegerQuery extends Construct {
  /** Base URL, plain text. */
  readonly url: string;
  readonly securityGroupId: string;
  readonly service: EcsService;

  constructor(scope: Construct, id: string, props: JaegerQueryProps) {
    super(scope, id);
    const { owner } = props;
    const names = queryNames(owner);
    const { service, securityGroupId } = new JaegerService(this, "query", {
      ...props,
      names,
      description: owner === undefined ? "Jaeger's query service" : `Traces of tenant ${owner}`,
      config: jaegerQueryConfig({
        ...props,
        memoryMiB: props.memory,
        ...(owner === undefined ? {} : { indexPrefix: owner }),
      }),
      scaled: false,
      ...(props.target === undefined ? {} : { front: { port: JAEGER_QUERY_PORT, target: props.target } }),
    });
    this.service = service;
    this.securityGroupId = securityGroupId;
    admit(this, "client", {
      ...props,
      securityGroupId,
      port: JAEGER_QUERY_PORT,
      description: "People and Grafana, who look at traces",
    });
    this.url = queryUrl(owner, props.namespace.namespaceName);
  }
}
