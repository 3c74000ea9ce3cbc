import { stackNames } from "../../lib/names";
import { addDays, type Leaving, type Remainder } from "./types";

/** When a name of the tenant's may be somebody else's. */
export interface FreeName {
  readonly name: string;
  /** The first day (`YYYY-MM-DD`). */
  readonly from: string;
  readonly why: string;
}

/** Kinds of data that are found by the tenant's name alone, and what a new tenant of that name would have of them. */
const BY_NAME: Readonly<Record<string, string>> = {
  metrics: "its dashboards and alerts would count the old series",
  "logs in Loki": "its people would read the old lines",
  "traces in the shared Jaeger": "a search for its tenant.id would find the old spans",
  "traces of the tenant's own Jaeger":
    "its people would see the old spans: the indices are found by the name",
};

/** Names in the order in which they become free. */
export function freeNames(leaving: Leaving, remainders: readonly Remainder[]): readonly FreeName[] {
  const { tenant, date } = leaving;
  const inherited = remainders.filter(
    ({ what }) => what in BY_NAME && (what !== "metrics" || tenant.isolation === "pooled"),
  );
  const last = inherited.reduce(
    (latest, { until }) => (until !== null && until > latest ? until : latest),
    date,
  );
  const reasons = inherited.map(({ what, until }) => `${what} until ${until ?? ""} (${BY_NAME[what] ?? ""})`);
  const stack = stackNames.tenant(tenant.name);
  return [
    {
      name: `names of resources: roles, log groups, cluster, topic, rules, parameters, key aliases, Grafana's uids`,
      from: date,
      why:
        `${stack} frees them in the deployment that empties it: no secret with a recovery window and no bucket is among ` +
        "them, a key's alias goes before the key, and a parameter's name is free after 30 seconds.",
    },
    {
      name: `account ${tenant.accountId}`,
      from: date,
      why: "Once the file is deleted and merged, another tenant may have it: `validate --base` refuses both in one change.",
    },
    {
      name: `"${tenant.name}", for the same customer`,
      from: date,
      why: "What is left is its own. Its external id is the same while its account is.",
    },
    {
      name: `"${tenant.name}", for another customer`,
      from: inherited.length === 0 ? date : addDays(last, 1),
      why:
        reasons.length === 0
          ? "Nothing that is found by the name alone is left."
          : `Under the name there are still ${reasons.join("; ")}. Until then choose another name.`,
    },
  ];
}

/** Whether `limits` has an entry of the tenant's that its leaving takes out. */
export const hasOwnLimits = ({ tenant: { isolation, limits } }: Leaving): boolean =>
  (limits.logMiBPerSecond ?? limits.logRetentionDays) !== undefined ||
  (isolation === "pooled" && limits.activeSeries !== undefined);
