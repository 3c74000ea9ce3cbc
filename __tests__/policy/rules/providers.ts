import { remoteRuns } from "../../../lib/remote-runs";
import type { Tree } from "../../support/synth";
import { asText, objects, texts, type JsonObject } from "../../support/json";
import { forStacks, tenantOfStack, type Rule } from "./rule";

interface ExpectedProvider {
  readonly alias?: string;
  readonly accountId: string;
  readonly region: string;
  readonly roleName?: string | undefined;
  /** Reference to the file that has them; absent for those of the environment. */
  readonly credentials?: string;
}

/** `alias|region|accounts|role|credentials`, the role without its path. */
const shown = (provider: JsonObject): string =>
  [
    provider.alias ?? "",
    provider.region,
    texts(provider.allowed_account_ids).join("+"),
    objects(provider.assume_role)
      .map(({ role_arn }) => asText(role_arn).replace(/:role\/(?:[^/]+\/)*/, ":role/"))
      .join("+"),
    texts(provider.shared_config_files).join("+"),
  ]
    .map(String)
    .join("|");

const expected = ({ alias, accountId, region, roleName, credentials }: ExpectedProvider): string =>
  [
    alias ?? "",
    region,
    accountId,
    roleName === undefined ? "" : `arn:aws:iam::${accountId}:role/${roleName}`,
    credentials ?? "",
  ].join("|");

/** A run in HCP Terraform comes with its roles; every other one takes on those of `central.json`. */
function expectedProviders(stack: string, { fleet: { central, tenants } }: Tree): ExpectedProvider[] {
  const tenant = tenants.find(({ name }) => stack === `tenant-${name}`);
  const runs = remoteRuns(central) !== undefined;
  if (stack === "workspaces" && !runs) return [];
  const { centralRoleName, tenantRoleName } = central.deploy;
  const inCentral = { accountId: central.accountId, region: central.region };
  const inTenant = tenant && { accountId: tenant.accountId, region: tenant.region };
  if (!runs || stack === "workspaces") {
    const ofCentral = { ...inCentral, roleName: centralRoleName };
    return inTenant
      ? [
          { ...inTenant, roleName: tenantRoleName },
          { ...ofCentral, alias: "central" },
        ]
      : [ofCentral];
  }
  const files = "var.tfc_aws_dynamic_credentials";
  return inTenant
    ? [
        { ...inTenant, credentials: `\${${files}.default.shared_config_file}` },
        {
          ...inCentral,
          alias: "central",
          credentials: `\${${files}.aliases["CENTRAL"].shared_config_file}`,
        },
      ]
    : [inCentral];
}

export const providersAreTiedToAccounts = forStacks(
  "every AWS provider is tied to exactly the right account",
  (stack, tree) => {
    const wanted = expectedProviders(stack.name, tree);
    const found = stack.providers("aws").map(shown);
    const others = Object.keys(stack.json.provider ?? {}).filter(
      (name) => !["aws", "time", "grafana", ...(stack.name === "workspaces" ? ["tfe"] : [])].includes(name),
    );
    return [
      ...(JSON.stringify(found) === JSON.stringify(wanted.map(expected)) ? [] : [found.join(" and ")]),
      ...others.map((name) => `provider ${name}`),
      ...stack
        .providers("aws")
        .flatMap((provider) =>
          ["access_key", "secret_key", "token", "profile", "shared_credentials_files", "endpoints"]
            .filter((key) => key in provider)
            .map((key) => `provider has ${key}`),
        ),
    ];
  },
);

/** Grafana's token comes from the environment, so that no state has it. */
export const grafanaIsTheContracts = forStacks(
  "Grafana is the contract's, and its token stands nowhere",
  (stack) => {
    const found = stack.providers("grafana");
    const wanted = stack.name === "grafana" || stack.name.startsWith("tenant-") ? 1 : 0;
    return [
      ...(found.length === wanted ? [] : [`${String(found.length)} providers of Grafana`]),
      ...found
        .map((provider) => JSON.stringify(provider))
        .filter(
          (text) =>
            text !== JSON.stringify({ store_dashboard_sha256: true, url: "${local.contract.grafana.url}" }),
        ),
    ];
  },
);

export const everythingIsTagged = forStacks(
  "default tags say whose a thing is, and a manifest cannot change that",
  (stack, tree) => {
    const tenant = tenantOfStack(stack, tree);
    const ours: Readonly<Record<string, string>> = {
      "tenantscope:stack": stack.name,
      "tenantscope:managed-by": "tenantscope",
      ...(tenant === undefined ? {} : { "tenantscope:tenant": tenant.name }),
    };
    return stack.providers("aws").flatMap(({ default_tags }) => {
      const [tags] = objects(default_tags).flatMap((each) => objects(each.tags));
      return Object.entries(ours)
        .filter(([key, value]) => tags?.[key] !== value)
        .map(([key]) => `no tag ${key}`);
    });
  },
);

/** Where the state lives decides who can read it; no stack may keep it anywhere else. */
export const stateHasItsPlace = forStacks(
  "every stack keeps its state where central.json says, under its own name",
  (stack, { fleet }) => {
    const { backend, cloud } = (stack.json.terraform ?? {}) as JsonObject;
    const found = JSON.stringify({
      ...(backend as JsonObject | undefined),
      ...(cloud === undefined ? {} : { cloud }),
    });
    const wanted = fleet.central.backend;
    const expectedState = {
      local: () => ({ local: { path: `../../../terraform.${stack.name}.tfstate` } }),
      s3: () =>
        wanted.type === "s3" && {
          s3: {
            bucket: wanted.bucket,
            encrypt: true,
            key: `${wanted.keyPrefix}/${stack.name}.tfstate`,
            kms_key_id: wanted.kmsKeyArn,
            region: wanted.region,
            use_lockfile: true,
          },
        },
      cloud: () =>
        wanted.type === "cloud" && {
          cloud: {
            hostname: wanted.hostname,
            organization: wanted.organization,
            workspaces: { name: `tenantscope-${stack.name}`, project: wanted.project },
          },
        },
    }[wanted.type]();
    return found === JSON.stringify(expectedState) ? [] : [found];
  },
);

export const PROVIDER_RULES: readonly Rule[] = [
  providersAreTiedToAccounts,
  grafanaIsTheContracts,
  everythingIsTagged,
  stateHasItsPlace,
];
