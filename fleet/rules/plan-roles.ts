import type { Rule } from "./rule";

/** A role for plans that may write, or that is told Grafana's token, would be none. IAM does not tell names apart by case. */
export const planRolesAreOnlyThat: Rule = ({ central: { document, deploy } }) => {
  if (deploy === undefined) return [];
  const { centralRoleName, tenantRoleName, centralPlanRoleName, tenantPlanRoleName, tokenRoleName } = deploy;
  const pairs = [
    ["centralPlanRoleName", centralPlanRoleName, "centralRoleName", centralRoleName],
    ["tenantPlanRoleName", tenantPlanRoleName, "tenantRoleName", tenantRoleName],
    ["tokenRoleName", tokenRoleName, "centralRoleName", centralRoleName],
    ["tokenRoleName", tokenRoleName, "centralPlanRoleName", centralPlanRoleName],
  ] as const;
  const remedy = "name a role of its own, or remove it";
  const problems = pairs.flatMap(([key, value, other, name]) =>
    value === undefined || value.toLowerCase() !== name?.toLowerCase()
      ? []
      : [document.problem(`/deploy/${key}`, { message: `is deploy.${other}`, value, remedy })],
  );
  if (tokenRoleName === undefined || centralRoleName !== undefined) return problems;
  const message = "has no effect without deploy.centralRoleName: whoever IAM lets may read the token then";
  return [...problems, document.problem("/deploy/tokenRoleName", { message, remedy: "remove it" })];
};
