import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { FunctionIdentity } from "../lambda-function/identity";
import { LambdaFunction } from "../lambda-function/lambda-function";
import type { HttpsEgress } from "../network/https-egress";
import { STORAGE_NAMES } from "../storage-api/names";
import { StorageAdmin } from "./admin";
import type { ClusterSize } from "./cluster";
import { OpenSearchDomain } from "./domain";
import { RETENTION_PATH, STORAGE_ADMIN, STORAGE_PROXY } from "./names";
import { storageAdminStatements, storageProxyStatements } from "./policies";

export interface TraceStorageProps {
  readonly accountId: string;
  readonly region: string;
  readonly size: ClusterSize;
  /** Id or reference; so are the subnets', which are private and each in a zone of its own. */
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  /** Where AWS services are: the admin reads parameters. */
  readonly httpsEgress: HttpsEgress;
  readonly manageServiceLinkedRole: boolean;
  /** Seconds in which the proxy has to have answered, as the API that calls it says. */
  readonly proxyTimeoutSeconds: number;
  /** Days that traces are kept, where no tenant says otherwise. */
  readonly retentionDays: number;
  readonly logRetentionDays: number;
  readonly alarmTopicArn: string;
}

/** MiB. The proxy takes apart bodies of 10 MiB; with the memory comes the processor. */
const PROXY_MEMORY = 1024;
/**
 * Requests that the proxy works on at once. What Jaeger asks is done in about 0.1 s, so this is what the API lets through, 2,000
 * a second. While OpenSearch is away each holds an instance for 25 s; without a bound the Jaegers' repetitions would take all
 * 1,000 that an account has, and no other function would run, the alert router among them.
 * It is reserved: the account has so many fewer for all others, and must keep 100 at least.
 */
const PROXY_CONCURRENCY = 200;
/** Spans are minutes late, not days. This leaves room for what somebody sends again. */
const MAX_WRITE_PAST_DAYS = 7;
const ADMIN_MEMORY = 512;
/** Many indices may be due at once. */
const ADMIN_TIMEOUT_SECONDS = 300;

/** One shard or copy of one for each node, so that all of them work. With several zones there is a copy of each. */
export const spanShards = ({ zones, instances }: Pick<ClusterSize, "zones" | "instances">): number =>
  zones === 1 ? instances : Math.ceil(instances / 2);

/**
 * The traces' store: the domain, the proxy before it and the admin beside it. Each of the three has to know the others:
 * the functions are known by role and security group before the domain is made, the domain before their code runs.
 * Fields are Terraform references.
 */
export class TraceStorage extends Construct {
  readonly proxyArn: string;
  readonly proxyName: string;
  readonly proxyRoleArn: string;
  /** Whoever writes or reads traces comes after it: rights and templates are then in place. */
  readonly ready: TerraformResource;

  constructor(scope: Construct, id: string, props: TraceStorageProps) {
    super(scope, id);
    const { accountId, region, vpcId, subnetIds, logRetentionDays, alarmTopicArn } = props;
    const common = { accountId, region, vpcId, subnetIds };
    const proxy = new FunctionIdentity(this, "proxy-identity", {
      ...common,
      name: STORAGE_PROXY.name,
      description: "Passes requests of Jaeger on to OpenSearch",
      // Signs with what it is given at its start: it calls the domain and nothing else.
    });
    const admin = new FunctionIdentity(this, "admin-identity", {
      ...common,
      name: STORAGE_ADMIN.name,
      description: "Administers the OpenSearch domain of the traces",
      httpsEgress: props.httpsEgress,
    });
    const domain = new OpenSearchDomain(this, "domain", {
      ...common,
      size: props.size,
      proxy,
      admin,
      manageServiceLinkedRole: props.manageServiceLinkedRole,
      logRetentionDays,
      alarmTopicArn,
    });
    const environment = { OPENSEARCH_URL: domain.url, REGION: region };
    const logged = { logRetentionDays, alarmTopicArn };
    const proxyFunction = new LambdaFunction(this, "proxy", {
      ...logged,
      identity: proxy,
      description: "Jaeger's requests to OpenSearch, checked and signed",
      entry: STORAGE_PROXY.entry,
      memoryMiB: PROXY_MEMORY,
      timeoutSeconds: props.proxyTimeoutSeconds,
      reservedConcurrency: PROXY_CONCURRENCY,
      environment: {
        ...environment,
        // An older index would be deleted in the next run. Tenants with a longer retention get no more: each day that can be
        // written is one that forged spans can make an index for.
        WRITE_PAST_DAYS: String(Math.min(props.retentionDays, MAX_WRITE_PAST_DAYS)),
        METRICS_NAMESPACE: STORAGE_NAMES.proxyMetricsNamespace,
      },
      statements: storageProxyStatements(props),
      logGroup: STORAGE_PROXY.logGroup,
      keyAlias: STORAGE_PROXY.keyAlias,
    });
    const adminFunction = new LambdaFunction(this, "admin", {
      ...logged,
      identity: admin,
      description: "Rights, templates and retention in OpenSearch",
      entry: STORAGE_ADMIN.entry,
      memoryMiB: ADMIN_MEMORY,
      timeoutSeconds: ADMIN_TIMEOUT_SECONDS,
      environment: {
        ...environment,
        RETENTION_PATH,
        RETENTION_DAYS: String(props.retentionDays),
        METRICS_NAMESPACE: STORAGE_ADMIN.metricsNamespace,
      },
      statements: storageAdminStatements(props),
      logGroup: STORAGE_ADMIN.logGroup,
      keyAlias: STORAGE_ADMIN.keyAlias,
    });
    const administration = new StorageAdmin(this, "administration", {
      accountId,
      region,
      functionArn: adminFunction.arn,
      functionName: adminFunction.functionName,
      input: {
        zones: props.size.zones,
        spanShards: spanShards(props.size),
        security: { proxyRoleArn: proxy.roleArn },
        revision: `${adminFunction.codeHash} ${domain.url}`,
      },
      after: domain.reachable,
      alarmTopicArn,
    });
    this.proxyArn = proxyFunction.arn;
    this.proxyName = proxyFunction.functionName;
    this.proxyRoleArn = proxy.roleArn;
    this.ready = administration.applied;
  }
}
