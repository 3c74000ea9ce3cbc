import { row } from "../../support/reach";
import { key, tenantOf, type TenantName } from "./names";

/** Through which service alone the central account's own principals use which of its keys. */
export const KEYS_OF_SERVICES = {
  aps: ["metricsmetricskey", "tenantinitechmetricsmetricskey", "tenantwonkametricsmetricskey"],
  ecr: ["imagecachekey", "imageskey"],
  elasticfilesystem: ["lokiwalkey"],
  es: ["tracesdomaindatakey"],
  logs: [
    ...["gatewaylogskey", "ingestlogskey", "jaegercollectorlogskey", "jaegerquerylogskey", "lokilogskey"],
    ...["metricslogskey", "networkflowlogskey", "storageapilogskey", "tenantacme2jaegerquerylogskey"],
    ...["tenantinitechmetricslogskey", "tenantwonkametricslogskey", "tracesdomainlogskey", "vpnlogkey"],
  ],
  s3: ["lokichunkskey", "lokiconfigkey"],
  secretsmanager: ["grafanatokenkeptkey"],
  sns: ["alertroutingkey", "alertskey"],
  sqs: ["alertroutingrouterfailedkey"],
} as const;

/** Of functions: AWS does not say who decrypts their environment. */
export const KEYS_OF_FUNCTIONS = ["grafanatokenadminkey", "tracesadminkey", "tracesproxykey"] as const;

const USE = "kms:CreateGrant kms:Decrypt kms:Encrypt kms:GenerateDataKey kms:ReEncryptFrom";
const through = (region: string, ...services: string[]): string =>
  `kms:ViaService StringEquals ${services.map((service) => `${service}.${region}.amazonaws.com`).join(",")}`;

/** Even administrators of the central account use its keys through their service alone. */
export const keysOfCentral = (...without: string[]): string[] =>
  Object.entries(KEYS_OF_SERVICES)
    .filter(([service]) => !without.includes(service))
    .map(([service, keys]) => row(USE, keys.map(key), through("eu-west-1", service)));

/** So do those of a tenant's account. `acme2` has an HTTPS endpoint for its alerts, and a queue of what it did not take. */
export function keysOfTenant(name: TenantName): string[] {
  const { region, accountId } = tenantOf(name);
  const own = (id: string): string[] => [`kms:${region}:${accountId}:key/tenant${name}${id}`];
  const https = name === "acme2";
  return [
    row(USE, own("alertskey"), through(region, "sns", ...(https ? ["sqs"] : []))),
    row(USE, own("logskey"), through(region, "logs")),
    ...(https ? [row(USE, own("notifiersubscriberfailedkey"), through(region, "sqs"))] : []),
  ];
}
