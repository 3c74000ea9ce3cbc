import { inPhase, phaseOf } from "../../fleet/plan-roles";
import { UserError } from "../../lib/errors";
import { everyOptionFleet } from "../support/every-option-fleet";
import { central, CLOUD_BACKEND, S3_BACKEND } from "../support/fleets";
import { synthFiles } from "../support/synth";

test("what is synthesised for is said by a word, or is what the command means", () => {
  expect(["plan", "apply", "", undefined].map((text) => phaseOf(text, "apply"))).toEqual([
    ...["plan", "apply", "apply", "apply"],
  ]);
  expect(["", undefined].map((text) => phaseOf(text, "plan"))).toEqual(["plan", "plan"]);
  expect(() => phaseOf("Plan", "plan")).toThrow(
    new UserError('TENANTSCOPE_PHASE must be plan or apply, not "Plan"'),
  );
});

/** Account, role in the file, by stack: every line in which two texts differ, before and after. */
function differences(before: string, after: string): [string, string][] {
  const [was, is] = [before.split("\n"), after.split("\n")];
  expect(is.length).toBe(was.length);
  return was.flatMap((line, at) => (line === is[at] ? [] : [[line.trim(), is[at]?.trim() ?? ""]]));
}

const role = (account: string, name: string): string => `"role_arn": "arn:aws:iam::${account}:role/${name}",`;
const inCentral = [role("111111111111", "observability-deploy"), role("111111111111", "observability-plan")];
const inTenant = (account: string) => [role(account, "spoke-deploy"), role(account, "spoke-plan")];

const everywhere = {
  ...{ central: [inCentral], limits: [inCentral], grafana: [inCentral] },
  "tenant-hooli": [inTenant("505050505050"), inCentral],
  "tenant-stark": [inTenant("777777777777"), inCentral],
  "tenant-wayne": [inTenant("888888888888"), inCentral],
};

test.each([
  ["states in S3", S3_BACKEND, everywhere],
  // A run has its roles already; the one stack that is never one takes on the plan role.
  [
    "runs in HCP Terraform",
    CLOUD_BACKEND,
    { ...Object.fromEntries(Object.keys(everywhere).map((stack) => [stack, []])), workspaces: [inCentral] },
  ],
])("to plan, the roles of providers differ and nothing else: %s", (_, backend, expected) => {
  const fleet = everyOptionFleet(backend);
  const applied = synthFiles(inPhase(fleet, "apply"));
  const planned = synthFiles(inPhase(fleet, "plan"));
  expect(
    Object.fromEntries(
      [...applied].map(([stack, text]) => [stack, differences(text, planned.get(stack) ?? "")]),
    ),
  ).toEqual(expected);
});

test("where no plan role is named, plans take on what deployments do", () => {
  const fleet = everyOptionFleet(S3_BACKEND);
  const named = { centralRoleName: "observability-deploy", tenantRoleName: "spoke-deploy" };
  for (const [deploy, assumed] of [
    [named, named],
    [{ tenantRoleName: "spoke-deploy" }, { tenantRoleName: "spoke-deploy" }],
    [
      { tenantRoleName: "spoke-deploy", centralPlanRoleName: "plan" },
      { tenantRoleName: "spoke-deploy", centralRoleName: "plan" },
    ],
    [
      { ...named, tenantPlanRoleName: "plan" },
      { ...named, tenantRoleName: "plan" },
    ],
  ] as const) {
    const { central: planned } = inPhase({ ...fleet, central: central({ deploy }) }, "plan");
    expect(planned.deploy).toEqual({ ...deploy, assumed });
    expect(inPhase({ ...fleet, central: central({ deploy }) }, "apply").central.deploy).toEqual(deploy);
  }
});
