import { DataAwsSsmParameter } from "@cdktf/provider-aws/lib/data-aws-ssm-parameter";
import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import { TerraformLocal, type TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { CONTRACT_PARAMETER } from "../../lib/names";
import { parameterTier } from "../collector/parameter";

/**
 * What the central stack tells the tenant stacks. A new field may be added at any time; a change of meaning or a
 * removal needs a new version in `CONTRACT_PARAMETER`, published beside the old one until every tenant has moved.
 */
export interface Contract {
  readonly metrics: {
    readonly workspaceId: string;
    readonly workspaceArn: string;
    /** Where a collector of a pooled tenant writes to. */
    readonly remoteWriteUrl: string;
    /** Where it is queried, with a slash at the end. */
    readonly queryUrl: string;
  };
  readonly ingest: {
    readonly apiId: string;
    /** What the ARNs of the API's methods begin with. */
    readonly executionArn: string;
    /** Base URL with the stage. In a VPC with an endpoint of its own, the host is the endpoint's instead. */
    readonly url: string;
  };
  /** Jaeger's storage, for tenants whose Jaeger runs in their own tasks. */
  readonly storage: {
    readonly executionArn: string;
    /** By the API's usual name, with the stage: leads there only where an endpoint has private DNS. */
    readonly url: string;
    /** The same through the central VPC's own endpoint. */
    readonly centralUrl: string;
  };
  /** Where a tenant's own query service runs. */
  readonly place: {
    readonly clusterArn: string;
    readonly vpcId: string;
    readonly privateSubnetIds: readonly string[];
    readonly namespaceId: string;
    readonly alertTopicArn: string;
    /** Of the interface endpoints, where they are the only way out. */
    readonly endpointsSecurityGroupId?: string;
    /** Of the S3 gateway endpoint, where there is one. */
    readonly s3PrefixListId?: string;
  };
  /** The private custom domain, where there is one. */
  readonly domain?: { readonly arn: string; readonly invokeArn: string };
  readonly loki: {
    /** Host of the listener for joined networks. */
    readonly directHost: string;
    /** Base URL inside the central VPC. */
    readonly url: string;
  };
  readonly grafana: {
    readonly url: string;
    /** Of its interfaces in the central VPC. */
    readonly securityGroupId: string;
  };
  /** Topic from which alerts are passed on to the tenants. */
  readonly alerts: { readonly routingTopicArn: string };
  /** OAM sinks by Region. */
  readonly oamSinks: Readonly<Record<string, string>>;
}

/** Publishes the contract. It holds no secrets, so it is a plain String that every deploy role may read. */
export function publishContract(scope: Construct, contract: Contract): SsmParameter {
  const text = JSON.stringify({ version: 1, ...contract });
  return new SsmParameter(scope, "contract", {
    name: CONTRACT_PARAMETER,
    description: "What the tenant stacks of tenantscope know about the central account (no secrets)",
    type: "String",
    tier: parameterTier(text),
    // `value` is sensitive and would hide every plan.
    insecureValue: text,
  });
}

const LOCAL = "contract";
const field = (path: string): string => `\${local.${LOCAL}.${path}}`;

/** What another stack reads of the contract; a sink only of its own Region. */
export type ContractFields = Omit<Contract, "oamSinks" | "place" | "domain"> & {
  readonly oamSink: (region: string) => string;
  readonly place: Required<Omit<Contract["place"], "privateSubnetIds">> & {
    /** So many of them, the first ones. */
    readonly privateSubnetIds: (count: number) => string[];
  };
  /** Only for fleets that have one. */
  readonly domain: NonNullable<Contract["domain"]>;
};

/**
 * Reads the contract in another stack. The fields are Terraform references as ready strings. `insecure_value`, since
 * `value` is sensitive and would hide every plan that it touches.
 */
export function readContract(scope: Construct, provider: TerraformProvider): ContractFields {
  const parameter = new DataAwsSsmParameter(scope, "contract", { provider, name: CONTRACT_PARAMETER });
  parameter.overrideLogicalId(LOCAL);
  const local = new TerraformLocal(
    scope,
    "contract-fields",
    `\${jsondecode(data.aws_ssm_parameter.${LOCAL}.insecure_value)}`,
  );
  local.overrideLogicalId(LOCAL);
  return {
    metrics: {
      workspaceId: field("metrics.workspaceId"),
      workspaceArn: field("metrics.workspaceArn"),
      remoteWriteUrl: field("metrics.remoteWriteUrl"),
      queryUrl: field("metrics.queryUrl"),
    },
    ingest: {
      apiId: field("ingest.apiId"),
      executionArn: field("ingest.executionArn"),
      url: field("ingest.url"),
    },
    storage: {
      executionArn: field("storage.executionArn"),
      url: field("storage.url"),
      centralUrl: field("storage.centralUrl"),
    },
    place: {
      clusterArn: field("place.clusterArn"),
      vpcId: field("place.vpcId"),
      privateSubnetIds: (count) =>
        Array.from({ length: count }, (_, index) => field(`place.privateSubnetIds[${index}]`)),
      namespaceId: field("place.namespaceId"),
      alertTopicArn: field("place.alertTopicArn"),
      endpointsSecurityGroupId: field("place.endpointsSecurityGroupId"),
      s3PrefixListId: field("place.s3PrefixListId"),
    },
    domain: { arn: field("domain.arn"), invokeArn: field("domain.invokeArn") },
    loki: { directHost: field("loki.directHost"), url: field("loki.url") },
    grafana: { url: field("grafana.url"), securityGroupId: field("grafana.securityGroupId") },
    alerts: { routingTopicArn: field("alerts.routingTopicArn") },
    oamSink: (region) => field(`oamSinks["${region}"]`),
  };
}
