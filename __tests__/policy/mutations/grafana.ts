import type { Json } from "../../support/json";
import { add, put, putInside, swap } from "../../support/mutate";
import { mutation, type Mutation } from "./mutation";

const RESOURCE = "resource";
const FOLDER = `${RESOURCE}/grafana_folder_permission/grafana_folder_permission`;
const source = (uid: string): string => `${RESOURCE}/grafana_data_source/grafana_${uid}`;
const access = (uid: string): string =>
  `${RESOURCE}/grafana_data_source_permission/grafana_${uid}-permission`;

const and =
  (more: Json) =>
  (old: Json): Json => [...(old as Json[]), more];

const INITECH = "tenant-initech";
const CLOSED = "a folder is for its own team";
const QUERIES = "under the Enterprise licence a data source";
const AS_TENANT = "a tenant's data sources ask as the tenant";
const SETTINGS = "a data source has the settings";
const OWNER = "Grafana's contents are in their own stacks";
const TOKEN = "Grafana is the contract's";

/** Ways to show one tenant's people what is another's. */
export const GRAFANA_MUTATIONS: readonly Mutation[] = [
  mutation(CLOSED, "no list", put(FOLDER, undefined)),
  mutation(CLOSED, "all viewers", put(`${FOLDER}/permissions`, and({ role: "Viewer", permission: "View" }))),
  mutation(CLOSED, "another team", put(`${FOLDER}/permissions/0/team_id`, "7")),
  mutation(CLOSED, "more than looking", put(`${FOLDER}/permissions/0/permission`, "Edit")),
  mutation(
    CLOSED,
    "a dashboard beside it",
    put(`${RESOURCE}/grafana_dashboard/grafana_folder_dashboard-acme-overview/folder`, undefined),
  ),
  mutation(
    CLOSED,
    "the fleet's for viewers",
    put(`${RESOURCE}/grafana_folder_permission/folder_permission/permissions/0/role`, "Viewer"),
    "grafana",
  ),
  mutation(QUERIES, "no list", put(access("loki-acme"), undefined)),
  mutation(
    QUERIES,
    "all viewers",
    put(`${access("loki-acme")}/permissions`, and({ built_in_role: "Viewer", permission: "Query" })),
  ),
  mutation(QUERIES, "another team", put(`${access("xray-acme")}/permissions/1/team_id`, "7")),
  mutation(
    QUERIES,
    "the fleet's for viewers",
    put(
      `${RESOURCE}/grafana_data_source_permission/amp-fleet-permission/permissions/1/built_in_role`,
      "Viewer",
    ),
    "grafana",
  ),
  mutation(
    "a tenant's team is",
    "another's group",
    put(`${RESOURCE}/grafana_team/grafana_team/team_sync`, [{ groups: ["x"] }]),
    INITECH,
  ),
  mutation(AS_TENANT, "another's header", put(`${source("loki-acme")}/http_headers/X-Scope-OrgID`, "globex")),
  mutation(AS_TENANT, "two tenants", put(`${source("loki-acme")}/http_headers/X-Scope-OrgID`, "acme|globex")),
  mutation(AS_TENANT, "another Loki", put(`${source("loki-acme")}/url`, "http://loki.globex.example:3100")),
  mutation(AS_TENANT, "no header", put(`${source("loki-acme")}/http_headers`, undefined)),
  mutation(
    AS_TENANT,
    "Grafana's own role",
    putInside(`${source("xray-acme")}/json_data_encoded`, "assumeRoleArn", undefined),
  ),
  mutation(
    AS_TENANT,
    "another's account",
    putInside(
      `${source("cloudwatch-acme")}/json_data_encoded`,
      "assumeRoleArn",
      "arn:aws:iam::333333333333:role/tenantscope/tenantscope-globex-grafana",
    ),
  ),
  mutation(
    AS_TENANT,
    "all workspaces",
    putInside(`${source("amp-initech")}/json_data_encoded`, "sigV4AssumeRoleArn", undefined),
    INITECH,
  ),
  ...["xray-acme", "cloudwatch-acme"].map((uid) =>
    mutation(
      AS_TENANT,
      `another's external id: ${uid}`,
      putInside(`${source(uid)}/json_data_encoded`, "externalId", "tenantscope-0"),
    ),
  ),
  mutation(
    AS_TENANT,
    "another's external id: amp-initech",
    putInside(`${source("amp-initech")}/json_data_encoded`, "sigV4ExternalId", "tenantscope-0"),
    INITECH,
  ),
  mutation(
    SETTINGS,
    "a word that the plug-in does not know",
    putInside(`${source("amp-initech")}/json_data_encoded`, "sigV4AuthType", "workspace-iam-role"),
    INITECH,
  ),
  mutation(
    SETTINGS,
    "the same, of the fleet's",
    putInside(`${RESOURCE}/grafana_data_source/amp-fleet/json_data_encoded`, "sigV4AuthType", "arn"),
    "grafana",
  ),
  mutation(
    SETTINGS,
    "another plug-in's key",
    putInside(`${source("xray-acme")}/json_data_encoded`, "sigV4AuthType", "ec2_iam_role"),
  ),
  mutation(
    SETTINGS,
    "no way to be somebody",
    putInside(`${source("xray-acme")}/json_data_encoded`, "authType", undefined),
  ),
  mutation(
    SETTINGS,
    "an id without its role",
    putInside(`${source("cloudwatch-acme")}/json_data_encoded`, "assumeRoleArn", undefined),
  ),
  mutation(SETTINGS, "a plug-in that is not installed", put(`${source("loki-acme")}/type`, "tempo")),
  mutation(
    SETTINGS,
    "credentials",
    put(`${source("loki-acme")}/secure_json_data_encoded`, '{"secretKey":"x"}'),
  ),
  mutation(AS_TENANT, "the shared Jaeger", put(`${source("loki-acme")}/type`, "jaeger")),
  mutation(
    OWNER,
    "a tenant's notification policy",
    add(`${RESOURCE}/grafana_notification_policy/mine`, { contact_point: "x", group_by: ["..."] }),
  ),
  mutation(
    OWNER,
    "a folder from the central stack",
    add(`${RESOURCE}/grafana_folder/mine`, { title: "x" }),
    "central",
  ),
  mutation(TOKEN, "in the stack", put("provider/grafana/0/auth", "glsa_x")),
  mutation(TOKEN, "another address", swap(/\$\{local\.contract\.grafana\.url\}/, "https://grafana.example")),
  mutation(TOKEN, "no provider", put("provider/grafana", undefined)),
];
