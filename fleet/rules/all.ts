import { accountsDiffer, notTheCentralAccount } from "./accounts";
import { platformIsTold, somebodyIsTold } from "./alerts";
import { alertSecretsAreTheTenants, arnsAreTheTenants } from "./arns";
import {
  centralNetworkWorks,
  clientsAreNetworks,
  imagesCanBePulled,
  natHasGateways,
  pluginsCanBeInstalled,
  replicasHaveZones,
} from "./central-network";
import { cloudBackendWorks, oidcProvidersAreOfTenants } from "./cloud";
import { dependenciesWork, noDependencyCircle } from "./depends-on";
import { egressDiffers } from "./egress";
import { endpointsAreMissing, trustedAccountsAreNobodys } from "./endpoints";
import { environmentWorks } from "./environment";
import { generatedNamesWork } from "./generated-names";
import {
  dataSourcesAreOpen,
  groupsDiffer,
  groupsHaveOneRole,
  nameIsNotTheFleets,
  peopleMaySignIn,
  sharedQueriesAreShared,
  sharedQueriesShowOthers,
} from "./grafana";
import { githubPushesExist, githubRolesDiffer, githubRolesTrustSomebody } from "./github";
import { imagesAreNobodyElses, imagesHaveNamesOfEcr, noLatest } from "./images";
import { exportedSignalsExist, exportNamesDiffer, headersHoldNoCredentials } from "./exports";
import { burstCoversRate, ingestEndpointMatches, ingestIsReachable, tasksHaveARange } from "./ingest";
import { domainIsCentral, jaegerSize, jaegerTasksHaveARange, nameIsNotJaegers, storageWorks } from "./jaeger";
import { listenerRuleMatches, loadBalancerHasPort, prioritiesDiffer } from "./load-balancers";
import { attachedReachesIngest, directNetworkIsNamed, logLimitsHaveLogs } from "./logs";
import { directNetworksDiffer, directTenantsExist, directTenantsMayWrite, lokiSize } from "./loki";
import { pooledSeries, retentionNeedsOwnWorkspace } from "./metrics-limits";
import { rulesFit } from "./metrics-rules";
import { networksAreNetworks } from "./networks";
import { planRolesAreOnlyThat } from "./plan-roles";
import { portsDiffer, scrapeHasPort } from "./ports";
import { quotaRules } from "./quotas";
import { centralRegionHasGrafana, optInRegions } from "./regions";
import {
  cacheIsFilled,
  continuousNeedsEnhanced,
  credentialIsCentral,
  digestsAreCopied,
  imagesAreCached,
  ownImagesAreKnown,
  ownImagesCanBePulled,
  repositoriesDiffer,
} from "./registry";
import { configurationFits, taskDefinitionFits } from "./rendered-size";
import type { Rule } from "./rule";
import { keptIsShared, sharedRegionHasSink } from "./sharing";
import { ratesNeedStatsd } from "./statsd";
import { centralTagsWork, tenantTagsWork } from "./tags";
import { containerNamesDiffer, reservedNames, serviceNamesDiffer } from "./task-names";
import { attachedRoleIsNotTheDeployRole, broadPolicies } from "./task-policies";
import { cpuSuffices, fargateSize, memorySuffices } from "./task-size";
import { nameIsFileName } from "./tenant-names";
import { textIsPrintable } from "./text";
import {
  attachedReachesJaeger,
  jaegerIsReachable,
  remoteSamplingDecidesAlone,
  remoteSamplingNeedsXray,
  sidecarReachesStorage,
  tailRuleNeedsRatio,
  traceRetentionNeedsSidecar,
} from "./traces";
import { traceShardsFit } from "./trace-shards";
import { trustPolicyFits } from "./trust-policy";
import {
  vpnAccessFitsAuthentication,
  vpnAddressesAreFree,
  vpnArnsAreCentral,
  vpnArrivesInZones,
  vpnClosesGrafana,
  vpnLeavesGrafanaOpen,
  vpnLokiIsEverybodys,
  vpnRulesFit,
  vpnServiceSubnetsWork,
} from "./vpn";
import { firstWaveHasTenants, generationsComeInOrder, waveExists, waveNamesDiffer } from "./waves";

/** What the schemas cannot say; each finds mistakes. */
export const rules: readonly Rule[] = [
  textIsPrintable,
  centralRegionHasGrafana,
  centralTagsWork,
  cloudBackendWorks,
  oidcProvidersAreOfTenants,
  planRolesAreOnlyThat,
  centralNetworkWorks,
  clientsAreNetworks,
  groupsHaveOneRole,
  natHasGateways,
  replicasHaveZones,
  imagesCanBePulled,
  repositoriesDiffer,
  continuousNeedsEnhanced,
  credentialIsCentral,
  imagesAreCached,
  githubRolesDiffer,
  githubRolesTrustSomebody,
  githubPushesExist,
  burstCoversRate,
  tasksHaveARange,
  domainIsCentral,
  lokiSize,
  jaegerSize,
  jaegerTasksHaveARange,
  storageWorks,
  directNetworksDiffer,
  vpnAddressesAreFree,
  vpnArnsAreCentral,
  vpnAccessFitsAuthentication,
  vpnArrivesInZones,
  vpnServiceSubnetsWork,
  vpnClosesGrafana,
  nameIsFileName,
  nameIsNotJaegers,
  nameIsNotTheFleets,
  waveNamesDiffer,
  waveExists,
  accountsDiffer,
  notTheCentralAccount,
  networksAreNetworks,
  ingestEndpointMatches,
  trustedAccountsAreNobodys,
  sharedRegionHasSink,
  ingestIsReachable,
  directNetworkIsNamed,
  attachedReachesIngest,
  jaegerIsReachable,
  attachedReachesJaeger,
  sidecarReachesStorage,
  remoteSamplingNeedsXray,
  remoteSamplingDecidesAlone,
  exportNamesDiffer,
  headersHoldNoCredentials,
  exportedSignalsExist,
  egressDiffers,
  serviceNamesDiffer,
  containerNamesDiffer,
  reservedNames,
  portsDiffer,
  scrapeHasPort,
  ratesNeedStatsd,
  fargateSize,
  memorySuffices,
  cpuSuffices,
  environmentWorks,
  arnsAreTheTenants,
  alertSecretsAreTheTenants,
  sharedQueriesAreShared,
  imagesAreNobodyElses,
  imagesHaveNamesOfEcr,
  ownImagesCanBePulled,
  attachedRoleIsNotTheDeployRole,
  loadBalancerHasPort,
  listenerRuleMatches,
  prioritiesDiffer,
  dependenciesWork,
  noDependencyCircle,
  retentionNeedsOwnWorkspace,
  traceRetentionNeedsSidecar,
  tenantTagsWork,
  trustPolicyFits,
  taskDefinitionFits,
  configurationFits,
  generatedNamesWork,
];

/** What is allowed but should be known. */
export const warningRules: readonly Rule[] = [
  ...quotaRules,
  pooledSeries,
  rulesFit,
  traceShardsFit,
  optInRegions,
  platformIsTold,
  somebodyIsTold,
  firstWaveHasTenants,
  generationsComeInOrder,
  pluginsCanBeInstalled,
  noLatest,
  digestsAreCopied,
  cacheIsFilled,
  ownImagesAreKnown,
  broadPolicies,
  endpointsAreMissing,
  logLimitsHaveLogs,
  directTenantsExist,
  directTenantsMayWrite,
  vpnLeavesGrafanaOpen,
  vpnLokiIsEverybodys,
  vpnRulesFit,
  keptIsShared,
  tailRuleNeedsRatio,
  groupsDiffer,
  peopleMaySignIn,
  dataSourcesAreOpen,
  sharedQueriesShowOthers,
];
