import { DataSource } from "@cdktf/provider-grafana/lib/data-source";
import { DataSourcePermission } from "@cdktf/provider-grafana/lib/data-source-permission";
import type { Construct } from "constructs";
import { attribute, literalDeep } from "../../lib/terraform-text";
import type { DataSourceSpec } from "./data-sources";

/** Who may query a data source besides the workspace's administrators. */
export interface QueryAccess {
  /** Only the Enterprise licence has permissions of data sources: without it everybody may query everything. */
  readonly licence: "standard" | "enterprise";
  /** Teams, ids or references. */
  readonly teamIds: readonly string[];
  readonly roles: readonly ("Editor" | "Viewer")[];
}

/** A data source and, where the licence has them, the whole list of those who may query it. */
export function dataSource(scope: Construct, id: string, spec: DataSourceSpec, access: QueryAccess): void {
  const source = new DataSource(scope, id, {
    uid: spec.uid,
    name: spec.name,
    type: spec.type,
    accessMode: "proxy",
    ...(spec.url === undefined ? {} : { url: spec.url }),
    jsonDataEncoded: JSON.stringify(literalDeep(spec.json)),
    ...(spec.headers === undefined ? {} : { httpHeaders: literalDeep({ ...spec.headers }) }),
  });
  if (access.licence !== "enterprise") return;
  new DataSourcePermission(scope, `${id}-permission`, {
    datasourceUid: attribute(source, "uid"),
    permissions: [
      // Theirs anyway; a list that is empty would read as one that was forgotten.
      { builtInRole: "Admin", permission: "Admin" },
      ...access.roles.map((builtInRole) => ({ builtInRole, permission: "Query" })),
      ...access.teamIds.map((teamId) => ({ teamId, permission: "Query" })),
    ],
  });
}
