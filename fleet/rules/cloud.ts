import type { Problem } from "../../lib/errors";
import type { Rule } from "./rule";

/** What HCP Terraform refuses, or would silently not do. */
export const cloudBackendWorks: Rule = ({ central: { document, backend } }) => {
  if (backend?.type !== "cloud") return [];
  const { executionMode, agentPoolId, assessments, stackSet } = backend;
  const problems: Problem[] = [];
  if (executionMode === "agent" && agentPoolId === undefined) {
    const message = "needs agentPoolId";
    const remedy = 'write the id of the pool, or another mode such as "remote"';
    problems.push(document.problem("/backend/executionMode", { message, value: executionMode, remedy }));
  }
  if (executionMode !== "agent" && agentPoolId !== undefined) {
    const message = `has no effect with executionMode "${executionMode}"`;
    const remedy = 'remove it, or write "executionMode": "agent"';
    problems.push(document.problem("/backend/agentPoolId", { message, value: agentPoolId, remedy }));
  }
  if (executionMode !== "local") return problems;
  if (assessments) {
    const message = "is not possible with local execution: HCP Terraform runs nothing";
    const remedy = 'write false, or "executionMode": "remote"';
    problems.push(document.problem("/backend/assessments", { message, value: assessments, remedy }));
  }
  if (stackSet !== undefined) {
    const message = "has no effect with local execution: no run asks for its roles";
    const remedy = 'remove it, or write "executionMode": "remote"';
    problems.push(document.problem("/backend/stackSet", { message, remedy }));
  }
  return problems;
};

/** A mistyped account would get a second provider, which AWS refuses in the middle of a deployment. */
export const oidcProvidersAreOfTenants: Rule = ({ central: { document, accountId, backend }, tenants }) => {
  if (backend?.type !== "cloud") return [];
  const accounts = new Set(tenants.map((tenant) => tenant.accountId));
  // What is wrong with a tenant's account is told there.
  if (accounts.has(undefined)) return [];
  return (backend.stackSet?.accountsWithOidcProvider ?? []).flatMap((value, index) => {
    if (accounts.has(value)) return [];
    const message = value === accountId ? "is the central account" : "is the account of no tenant";
    const remedy =
      value === accountId ? 'write "manageOidcProvider": false instead' : "correct it, or remove it";
    return [
      document.problem(`/backend/stackSet/accountsWithOidcProvider/${String(index)}`, {
        message,
        value,
        remedy,
      }),
    ];
  });
};
