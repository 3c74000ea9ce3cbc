import { remoteRuns } from "../../../lib/remote-runs";
import { objects } from "../../support/json";
import { forStacks, tenantOfStack, type Rule } from "./rule";

/** An offboarding tenant's stack must be able to destroy what it made, and make nothing. */
export const offboardingIsEmpty = forStacks(
  "the stack of an offboarding tenant has providers and a backend only",
  (stack, tree) => {
    if (tenantOfStack(stack, tree)?.lifecycle !== "offboarding") return [];
    // The address of Grafana, whose provider has to destroy as well, is the contract's.
    const known = ["//", "data", "locals", "provider", "terraform"];
    // Where its credentials are, when the run is remote.
    if (remoteRuns(tree.fleet.central) !== undefined) known.push("variable");
    const rest = Object.keys(stack.json).filter((key) => !known.includes(key));
    return [
      ...rest.map((key) => `has ${key}`),
      ...stack.blocks
        .map(({ address }) => address)
        .filter((each) => each !== "data.aws_ssm_parameter.contract"),
      ...Object.keys(stack.json.locals ?? {}).filter((each) => each !== "contract"),
      ...(stack.providers("aws").length === 2 ? [] : ["lacks a provider"]),
      ...(objects(stack.json.terraform).some((each) => "backend" in each || "cloud" in each)
        ? []
        : ["has no backend"]),
    ];
  },
);

export const everyTenantHasAStack: Rule = {
  name: "the stacks are central, grafana, limits and one per tenant, and workspaces if HCP Terraform has the states",
  violations: ({ fleet, stacks }) => {
    const expected = [
      "central",
      "grafana",
      "limits",
      ...(fleet.central.backend.type === "cloud" ? ["workspaces"] : []),
      ...fleet.tenants.map(({ name }) => `tenant-${name}`),
    ].sort();
    const found = stacks.map(({ name }) => name).sort();
    return JSON.stringify(found) === JSON.stringify(expected) ? [] : [found.join(", ")];
  },
};

export const LIFECYCLE_RULES: readonly Rule[] = [offboardingIsEmpty, everyTenantHasAStack];
