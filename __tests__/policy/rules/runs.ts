import { isDeepStrictEqual } from "node:util";
import { remoteRuns } from "../../../lib/remote-runs";
import { asText, objects, shown, type Json } from "../../support/json";
import { forStacks, tenantOfStack, type Rule } from "./rule";

const border = (accountId: string, name: string): string =>
  `arn:aws:iam::${accountId}:policy/tenantscope/run/tenantscope-${name}`;

/** A run can give rights to roles with a border only, so a role without its own would stop every later apply. */
export const rolesHaveTheirBorder = forStacks(
  "every role that runs in HCP Terraform make has its border, and no other role has one",
  (stack, tree) => {
    const remote = remoteRuns(tree.fleet.central) !== undefined;
    const { accountId: centralId } = tree.fleet.central;
    const tenant = tenantOfStack(stack, tree);
    return Object.entries(stack.resource("aws_iam_role")).flatMap(([id, attributes]) => {
      const { accountId } = stack.account({ attributes });
      const name =
        stack.name === "workspaces"
          ? "run"
          : tenant !== undefined && accountId === centralId
            ? `tenant-${tenant.name}`
            : tenant !== undefined && asText(attributes.name).endsWith("-task")
              ? "applications"
              : "services";
      const wanted = remote ? border(accountId, name) : undefined;
      return attributes.permissions_boundary === wanted
        ? []
        : [`aws_iam_role.${id} has ${shown(attributes.permissions_boundary)}`];
    });
  },
);

/** The name of a run's role says for whom it is; its trust must say the same, and leave nothing open. */
export const runsAreTrustedExactly = forStacks(
  "a run's role trusts the tokens of one workspace in one phase",
  (stack, { fleet }) => {
    if (stack.name !== "workspaces") return [];
    const backend = remoteRuns(fleet.central);
    const host = backend?.hostname ?? "app.terraform.io";
    return Object.values(stack.resource("aws_iam_role")).flatMap(({ name, assume_role_policy }) => {
      const [, workspace, phase] = /^tenantscope-run-(.+)-(plan|apply)$/.exec(asText(name)) ?? [];
      const wanted = {
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "Runs",
            Effect: "Allow",
            Principal: { Federated: `arn:aws:iam::${fleet.central.accountId}:oidc-provider/${host}` },
            Action: "sts:AssumeRoleWithWebIdentity",
            Condition: {
              StringEquals: {
                [`${host}:aud`]: "aws.workload.identity",
                [`${host}:sub`]: [
                  `organization:${backend?.organization ?? ""}`,
                  `project:${backend?.project ?? ""}`,
                  `workspace:tenantscope-${workspace ?? ""}`,
                  `run_phase:${phase ?? ""}`,
                ].join(":"),
              },
            },
          },
        ],
      };
      return isDeepStrictEqual(JSON.parse(asText(assume_role_policy)), wanted) ? [] : [asText(name)];
    });
  },
);

/** Would queue the whole fleet, or open a state, or let a secret into one. */
export const workspacesStandAlone = forStacks(
  "no workspace starts another's runs, reads another's state, or has a secret",
  (stack) => [
    ...stack.blocks
      .filter(({ type }) =>
        /^tfe_(run_trigger|workspace_run|.*token|ssh_key|oauth_client|outputs|team.*)$/.test(type),
      )
      .map(({ address }) => address),
    ...Object.values(stack.resource("tfe_workspace_settings"))
      .filter(
        ({ global_remote_state, auto_apply, remote_state_consumer_ids }) =>
          global_remote_state !== false || auto_apply !== false || remote_state_consumer_ids !== undefined,
      )
      .map((each) => shown(each)),
    ...Object.values(stack.resource("tfe_workspace"))
      .filter(
        ({ force_delete, queue_all_runs, vcs_repo }) =>
          force_delete !== false || queue_all_runs !== false || vcs_repo !== undefined,
      )
      .map(({ name }) => asText(name)),
    ...Object.values(stack.resource("tfe_variable"))
      .filter(({ key, category, sensitive }) => !isKnownVariable(key, category) || sensitive !== undefined)
      .map(({ key }) => shown(key)),
    ...stack
      .providers("tfe")
      .flatMap((provider) =>
        Object.keys(provider).filter((key) => !["organization", "hostname"].includes(key)),
      ),
    ...(stack.name === "workspaces" && objects(stack.json.provider).every(({ tfe }) => tfe === undefined)
      ? ["has no provider of HCP Terraform"]
      : []),
  ],
);

const isKnownVariable = (key: Json | undefined, category: Json | undefined): boolean =>
  category === "env" &&
  /^TFC_AWS_(PROVIDER_AUTH|WORKLOAD_IDENTITY_AUDIENCE|PLAN_ROLE_ARN|APPLY_ROLE_ARN)(_CENTRAL)?$/.test(
    shown(key),
  );

export const RUN_RULES: readonly Rule[] = [rolesHaveTheirBorder, runsAreTrustedExactly, workspacesStandAlone];
