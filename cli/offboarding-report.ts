import { freeNames, hasOwnLimits, type FreeName } from "../fleet/offboarding/names";
import { resourceRemainders, staysWithTenant } from "../fleet/offboarding/resources";
import { signalRemainders } from "../fleet/offboarding/signals";
import type { Leaving, Remainder } from "../fleet/offboarding/types";
import { deployTenant, deployWorkspaces, type Step, stepsText } from "./steps";

/** What becomes of a tenant that leaves; the `--json` of `offboard` has it as it is. */
export interface OffboardingReport {
  /** Day of the deployment, `YYYY-MM-DD`. */
  readonly date: string;
  /** In this order. */
  readonly steps: readonly Step[];
  readonly remains: readonly Remainder[];
  readonly staysWithTenant: readonly string[];
  readonly names: readonly FreeName[];
}

export function offboardingReport(leaving: Leaving): OffboardingReport {
  const remains = [...signalRemainders(leaving), ...resourceRemainders(leaving)];
  return {
    date: leaving.date,
    steps: teardown(leaving),
    remains,
    staysWithTenant: staysWithTenant(leaving),
    names: freeNames(leaving, remains),
  };
}

function teardown(leaving: Leaving): Step[] {
  const { central, tenant } = leaving;
  const { name, file } = tenant;
  const attached = tenant.services.filter(({ mode }) => mode === "attached");
  const hasWorkspaces = central.backend.type === "cloud";
  const workspaces = (why: string): Step[] => (hasWorkspaces ? [deployWorkspaces(why)] : []);
  return [
    { why: "Save what must be kept: the deployment below deletes what is dated with its day." },
    ...attached.map(({ name: service }) => ({
      why: `Let the team take the sidecar containers out of the task definition of ${service}, and their rights out of its roles.`,
    })),
    ...(central.loki.direct.some((entry) => entry.tenant === name)
      ? [
          {
            command: "npx tenantscope deploy --shared",
            why: `after taking ${name} out of loki.direct in central.json: its network may push to Loki until then`,
          },
        ]
      : []),
    ...workspaces("take the deletion protection off the workspace"),
    deployTenant(
      name,
      "destroy everything of the tenant in both accounts, services included; needs GRAFANA_AUTH once more. It stops with status 3 and names what holds data; again with --approve-data for each, it goes on",
    ),
    ...(hasOwnLimits(leaving)
      ? [
          {
            command: "npx tenantscope deploy --shared",
            why: "take out the limits that the tenant had of its own",
          },
        ]
      : []),
    {
      command: `npx tenantscope plan --only ${name}`,
      why: 'see that nothing is left: it says "no tenant changes"',
    },
    {
      command: `git rm ${file}`,
      why: "only now: without the file nothing could destroy what is left; then `npx tenantscope validate --base origin/main`",
    },
    ...workspaces("delete the workspace with its state"),
  ];
}

/** The report as Markdown that a terminal shows as well. */
export function reportText({ central, tenant, date }: Leaving, report: OffboardingReport): string {
  const { name, displayName, file, accountId } = tenant;
  const title = displayName === name ? name : `${displayName} (${name})`;
  return [
    `# Offboarding ${title}\n`,
    `Tenant ${name}, account ${accountId}, of the fleet of central account ${central.accountId}. Calculated from ${file} and`,
    `central.json as they are now, for a deployment on ${date}; another day moves every date. What an earlier version of the`,
    "files sent elsewhere, or kept for longer, is not in it.\n",
    `## Steps\n\n${stepsText(report.steps, "", "`")}`,
    `## What remains, and until when\n\n${report.remains.map(remainderText(date)).join("")}`,
    `## What stays with the tenant\n\n${report.staysWithTenant.map((item) => `- ${item}\n`).join("")}`,
    `## When names are free\n\n${report.names.map(freeNameText).join("")}`,
  ].join("\n");
}

const remainderText =
  (date: string) =>
  ({ what, where, fate, until }: Remainder): string => {
    const end =
      until === null ? "until somebody deletes it" : until === date ? `gone on ${date}` : `until ${until}`;
    return `- **${what}**: ${end}\n  ${where}\n  ${fate}\n`;
  };

const freeNameText = ({ name, from, why }: FreeName): string => `- **${name}**: from ${from}\n  ${why}\n`;
