import type { Problem } from "../../lib/errors";
import { forTenants, type Rule } from "./rule";

const has = (list: readonly string[] | undefined): boolean => list !== undefined && list.length > 0;

/** Names of what is about all tenants end so. */
export const nameIsNotTheFleets = forTenants(({ document, name }) =>
  name === "fleet"
    ? [
        document.problem("/name", {
          message: 'cannot be "fleet": what is about all tenants in Grafana is called so',
          value: name,
          remedy: "choose another name",
        }),
      ]
    : [],
);

/** A group has one role in the workspace; AWS would give it the last one written. */
export const groupsHaveOneRole: Rule = ({ central: { document, grafana } }) => {
  if (!grafana) return [];
  const first = new Map<string, string>();
  return (["adminGroupIds", "editorGroupIds", "viewerGroupIds"] as const).flatMap((key) =>
    grafana[key].flatMap((value, index): Problem[] => {
      const other = first.get(value);
      if (other === undefined) {
        first.set(value, key);
        return [];
      }
      const message = `is in ${other}, too: a group has one role`;
      return [document.problem(`/grafana/${key}/${String(index)}`, { message, value, remedy: "remove one" })];
    }),
  );
};

/** What is not shared cannot be accepted either. */
export const sharedQueriesAreShared = forTenants(({ document, isolation = "pooled", grafana, services }) =>
  (grafana?.sharedQueries ?? []).flatMap((value, index): Problem[] => {
    const shared =
      value === "metrics"
        ? isolation === "pooled"
        : services.some(
            ({ service: { traces } }) =>
              traces.destinations.includes("jaeger") && traces.jaeger === "central",
          );
    if (shared) return [];
    const message =
      value === "metrics"
        ? "has no effect: the tenant's workspace is its own"
        : "has no effect: no service sends traces to the shared Jaeger";
    return [
      document.problem(`/grafana/sharedQueries/${String(index)}`, { message, value, remedy: "remove it" }),
    ];
  }),
);

/** Warning: people of such a group see every tenant that names it. */
export const groupsDiffer: Rule = ({ tenants }) => {
  const first = new Map<string, string>();
  return tenants.flatMap(({ document, grafana }) =>
    (grafana?.groupIds ?? []).flatMap((value, index): Problem[] => {
      const other = first.get(value);
      if (other === undefined) {
        first.set(value, document.file);
        return [];
      }
      const message = `is a group of ${other}, too: its people see both tenants`;
      const remedy = "name a group of this tenant's people";
      return [document.problem(`/grafana/groupIds/${String(index)}`, { message, value, remedy })];
    }),
  );
};

/** Warning: a team is not a way in. */
export const peopleMaySignIn: Rule = ({ central: { document, grafana }, tenants }) => {
  if (!grafana || has(grafana.viewerGroupIds)) return [];
  const named = tenants.filter((each) => has(each.grafana?.groupIds));
  if (named.length === 0) return [];
  const message = `has no "grafana.viewerGroupIds": the people of ${String(named.length)} tenants with groups cannot sign in`;
  const remedy = "name a group that holds the people of all tenants";
  return [{ file: document.file, pointer: "", message, remedy }];
};

/** Warning: folders are closed, data sources are not. */
export const dataSourcesAreOpen: Rule = ({ central: { document, grafana }, tenants }) => {
  if (grafana?.licence !== "standard") return [];
  const named = tenants.filter((each) => has(each.grafana?.groupIds)).length;
  const letIn = (["viewerGroupIds", "editorGroupIds"] as const).filter((key) => has(grafana[key]));
  if (named === 0 && letIn.length === 0) return [];
  const who = named > 0 ? `${String(named)} tenants name groups` : `it names grafana.${letIn.join(" and ")}`;
  const message = `has the licence "standard" while ${who}: whoever signs in can query the data sources of every tenant`;
  const remedy =
    'set grafana.licence to "enterprise" and have the licence, or let only the platform team sign in';
  return [{ file: document.file, pointer: "", message, remedy }];
};

/** Warning: what an accepted query shows. */
export const sharedQueriesShowOthers = forTenants(({ document, isolation, grafana }) =>
  (grafana?.sharedQueries ?? []).flatMap((value, index): Problem[] => {
    if (value === "metrics" && isolation === "dedicated") return [];
    const [message, remedy] =
      value === "metrics"
        ? [
            "lets the tenant's people query the metrics of every pooled tenant",
            'set isolation to "dedicated" for a workspace of its own',
          ]
        : [
            "lets the tenant's people see the traces of every tenant in the shared Jaeger",
            'set traces.jaeger to "sidecar" for traces of its own',
          ];
    return [document.problem(`/grafana/sharedQueries/${String(index)}`, { message, value, remedy })];
  }),
);
