import { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import { TimeProvider } from "@cdktf/provider-time/lib/provider";
import { TerraformOutput, TerraformStack, type TerraformProvider, type TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import type { Tenant, TenantCentral } from "../fleet/types";
import { centralNames, externalId, stackNames, taskRoleArns, tenantNames } from "../lib/names";
import { boundRoles } from "../lib/role-boundaries";
import { boundaryArn, BOUNDARIES } from "../lib/run-names";
import { grafanaProvider } from "../lib/grafana-provider";
import { configureStack, tenantAwsProviders } from "../lib/stack-options";
import { tenantTags } from "../lib/tags";
import { attribute } from "../lib/terraform-text";
import { workspaceLimits } from "../modules/amp/limits";
import { AmpWorkspace } from "../modules/amp/workspace";
import { AttachedEcsService } from "../modules/attached-service/attached-service";
import { collectorInput } from "../modules/collector/container";
import { collectorParameters } from "../modules/collector/parameter";
import { readContract, type ContractFields } from "../modules/contract/contract";
import { ManagedEcsService } from "../modules/ecs-service/managed-service";
import { TaskSecurityGroup } from "../modules/ecs-service/security-group";
import { hasJaegerSidecar } from "../modules/jaeger/size";
import { EncryptionKey, logsStatement } from "../modules/kms-key/kms-key";
import { ServiceAlarms } from "../modules/service-alarms/service-alarms";
import { eventLog } from "../modules/sidecar-alarm/event-log";
import { SidecarAlarm } from "../modules/sidecar-alarm/sidecar-alarm";
import { sidecarNames } from "../modules/sidecars/sidecars";
import { WriterRole } from "../modules/writer-role/writer-role";
import { tenantXray } from "../modules/xray/xray";
import { metricsAlerts } from "./metrics-alerts";
import { callsIngestApi, storeInvokeArns, storesTraces, tenantReach } from "./tenant-reach";
import { tenantAlerts, tenantDeclaration } from "./tenant-alerts";
import { tenantGrafana } from "./tenant-grafana";
import { tenantTraces } from "./tenant-traces";

/** Where a tenant's metrics are; Terraform references. */
interface MetricsPlace {
  readonly workspaceId: string;
  readonly workspaceArn: string;
  readonly remoteWriteUrl: string;
  readonly queryUrl: string;
}

/** Everything of one tenant, in its own account and in the central one. Destroying this stack removes the tenant. */
export class TenantStack extends TerraformStack {
  constructor(
    scope: Construct,
    private readonly central: TenantCentral,
    private readonly tenant: Tenant,
  ) {
    const name = stackNames.tenant(tenant.name);
    super(scope, name);
    configureStack(this, name, central);
    const tags = tenantTags(central, tenant, name);
    const centralProvider = tenantAwsProviders(this, central, tenant, tags);
    new TimeProvider(this, "time");
    const contract = readContract(this, centralProvider);
    grafanaProvider(this, contract.grafana.url);
    // An offboarding tenant keeps its providers: Terraform cannot destroy what they made without their configuration.
    if (tenant.lifecycle !== "offboarding") this.build(centralProvider, contract);
    boundRoles(this, central, {
      own: boundaryArn(tenant.accountId, BOUNDARIES.services),
      applications: {
        arn: boundaryArn(tenant.accountId, BOUNDARIES.applications),
        roleNames: tenant.services.map((service) => tenantNames(tenant.name).service(service.name).taskRole),
      },
      central: boundaryArn(central.accountId, BOUNDARIES.tenant(tenant.name)),
    });
  }

  private build(centralProvider: TerraformProvider, contract: ContractFields): void {
    const { central, tenant } = this;
    const names = tenantNames(tenant.name);
    const destination = this.metricsPlace(centralProvider, contract);
    const writer = new WriterRole(this, "writer", {
      tenant: tenant.name,
      tenantAccountId: tenant.accountId,
      taskRoleArns: taskRoleArns(tenant),
      externalId: externalId(central, tenant),
      lifecycle: tenant.lifecycle,
      workspaceArn: destination.workspaceArn,
      ingestExecutionArn: contract.ingest.executionArn,
      furtherInvokeArns: storesTraces(tenant) ? storeInvokeArns(central, tenant, contract) : [],
      provider: centralProvider,
    });
    const logsKey = new EncryptionKey(this, "logs-key", {
      alias: names.kmsAlias("logs"),
      description: `Logs of tenant ${tenant.name}`,
      accountId: tenant.accountId,
      region: tenant.region,
      usedThrough: ["logs"],
      statements: [
        logsStatement(tenant.region, tenant.accountId, [
          names.eventLogGroup,
          ...tenant.services.map((service) => names.service(service.name).logGroup),
          ...tenant.services
            .filter(({ exports }) => exports.emf !== undefined)
            .map((service) => names.service(service.name).emfLogGroup),
        ]),
      ],
    });
    const shared = { central, tenant, provider: centralProvider };
    const alerts = tenantAlerts(this, shared);
    tenantGrafana(this, {
      ...shared,
      contract,
      metrics: destination,
    });
    tenantXray(this, tenant);
    const managed = tenant.services
      .filter((service) => service.mode === "managed")
      .map((service) => ({
        service,
        securityGroupId: new TaskSecurityGroup(this, `security-group-${service.name}`, {
          name: names.service(service.name).securityGroup,
          vpcId: tenant.network.vpcId,
          httpsEgressCidrs: tenant.network.httpsEgressCidrs,
          centralCidr: central.network.cidr,
          service,
        }).id,
      }));
    const reach = tenantReach(this, {
      central,
      tenant,
      contract,
      writerRoleArn: writer.arn,
      workspaceArn: destination.workspaceArn,
      clients: managed
        .filter(({ service }) => callsIngestApi(service) || hasJaegerSidecar(service.traces))
        .map(({ service, securityGroupId }) => ({ key: service.name, securityGroupId })),
    });
    const common = {
      tenant,
      sidecars: {
        centralRegion: central.region,
        generation: central.configGeneration,
        images: central.images,
        collectorEnvironment: {
          AMP_REMOTE_WRITE_URL: destination.remoteWriteUrl,
          AMP_WRITER_ROLE_ARN: writer.arn,
          AMP_EXTERNAL_ID: externalId(central, tenant),
          INGEST_API_ID: contract.ingest.apiId,
          ...(reach.ingestUrl === undefined ? {} : { INGEST_URL: reach.ingestUrl }),
        },
        directHost: contract.loki.directHost,
        ...(reach.storageUrl === undefined
          ? {}
          : {
              jaeger: {
                storageUrl: reach.storageUrl,
                writerRoleArn: writer.arn,
                externalId: externalId(central, tenant),
                retentionDays: tenant.limits.traceRetentionDays ?? central.jaeger.retentionDays,
              },
            }),
      },
      logsKeyArn: logsKey.arn,
      logRetentionDays: central.logRetentionDays,
      writerRoleArn: writer.arn,
    };
    for (const service of tenant.services) {
      collectorParameters(
        this,
        `collector-config-${service.name}`,
        names.service(service.name).configParameter,
        collectorInput(tenant, service, common.sidecars),
      );
      if (service.mode === "attached") {
        new AttachedEcsService(this, `service-${service.name}`, { ...common, service });
      }
    }
    const running: TerraformResource[] = [];
    if (managed.length > 0) {
      const clusterArn = this.cluster();
      const events = eventLog(this, {
        tenant,
        // One name for many rules: the policy must not outgrow its 5,120 characters.
        rules: [
          ...managed.map(({ service }) => names.service(service.name).sidecarRule),
          `${names.serviceRulePrefix}*`,
        ],
        retentionDays: central.logRetentionDays,
        keyArn: logsKey.arn,
      });
      for (const { service, securityGroupId } of managed) {
        const { ecsService } = new ManagedEcsService(this, `service-${service.name}`, {
          ...common,
          service,
          securityGroupId,
          clusterArn,
          endpoints: reach.endpoints,
          writerGrant: writer.grant,
          writerIdentity: writer.identity,
        });
        running.push(ecsService);
        new SidecarAlarm(this, `sidecar-alarm-${service.name}`, {
          tenant: tenant.name,
          service: service.name,
          clusterArn,
          containers: sidecarNames(service),
          eventLog: events,
          topicArn: alerts.arn,
        });
        new ServiceAlarms(this, `service-alarms-${service.name}`, {
          tenant: tenant.name,
          service: service.name,
          clusterArn,
          serviceArn: `arn:aws:ecs:${tenant.region}:${tenant.accountId}:service/${clusterName(tenant)}/${service.name}`,
          eventLog: events,
          topicArn: alerts.arn,
        });
      }
    }
    tenantDeclaration(this, { ...shared, workspaceId: destination.workspaceId, services: running });
    if (storesTraces(tenant)) tenantTraces(this, { ...shared, contract });
    new TerraformOutput(this, "writer_role_arn", { value: writer.arn });
    new TerraformOutput(this, "alert_topic_arn", { value: alerts.arn });
  }

  /** The shared workspace, or one of the tenant's own in the central account. */
  private metricsPlace(centralProvider: TerraformProvider, contract: ContractFields): MetricsPlace {
    const { central, tenant } = this;
    if (tenant.isolation === "pooled") return contract.metrics;
    const workspace = new AmpWorkspace(this, "metrics", {
      alias: centralNames.tenantAmpAlias(tenant.name),
      accountId: central.accountId,
      region: central.region,
      logRetentionDays: central.logRetentionDays,
      queryLogMinSamples: central.metrics.queryLogMinSamples,
      provider: centralProvider,
    });
    workspaceLimits(this, "metrics-limits", {
      workspaceId: workspace.id,
      retentionDays: tenant.limits.metricsRetentionDays ?? central.metrics.retentionDays,
      ...(tenant.limits.activeSeries === undefined ? {} : { defaultBucket: tenant.limits.activeSeries }),
      tenants: [],
      provider: centralProvider,
    });
    metricsAlerts(this, {
      central,
      workspaceId: workspace.id,
      routingTopicArn: contract.alerts.routingTopicArn,
      alarmTopicArn: contract.place.alertTopicArn,
      alias: centralNames.tenantAmpAlias(tenant.name),
      pooled: false,
      provider: centralProvider,
    });
    new TerraformOutput(this, "workspace_id", { value: workspace.id });
    return {
      workspaceId: workspace.id,
      workspaceArn: workspace.arn,
      remoteWriteUrl: workspace.remoteWriteUrl,
      queryUrl: workspace.queryUrl,
    };
  }

  /** ARN of the cluster that the services run in. */
  private cluster(): string {
    const { tenant } = this;
    const name = clusterName(tenant);
    if (tenant.cluster.kind === "existing") {
      return `arn:aws:ecs:${tenant.region}:${tenant.accountId}:cluster/${name}`;
    }
    const cluster = new EcsCluster(this, "cluster", {
      name,
      setting: [{ name: "containerInsights", value: tenant.cluster.containerInsights }],
    });
    return attribute(cluster, "arn");
  }
}

const clusterName = ({ name, cluster }: Tenant): string =>
  cluster.kind === "existing" ? cluster.name : tenantNames(name).cluster;
