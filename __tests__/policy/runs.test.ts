import { policy } from "../../lib/iam";
import { boundaryArn, BOUNDARIES } from "../../lib/run-names";
import { tenantCentralRights } from "../../modules/run-roles/tenant-central-rights";
import { texts, type JsonObject } from "../support/json";
import { mutated, type Block } from "../support/synth";
import { runsAreTrustedExactly, workspacesStandAlone } from "./rules/runs";
import { accepts, arn, BORDER, MAKER, needed, OWNER, type Question } from "./runs-questions";
import { CENTRAL, documents, may, PHASES, roleIn, roles, runArn, runRole, STACKS, tree } from "./runs-world";

test("there are two roles for every stack but the one that makes them, and no others below their path", () => {
  const found = [...roles.keys()].filter((each) => each.includes("/run/"));
  expect(found.sort()).toEqual(STACKS.flatMap((stack) => PHASES.map((phase) => runArn(stack, phase))).sort());
});

test("the tokens of a workspace in a phase open its own role and no other", () => {
  const runs = [...roles.values()].filter((role) => role.arn.includes("/run/"));
  const pairs = STACKS.flatMap((stack) => PHASES.map((phase) => [stack, phase] as const));
  for (const [stack, phase] of pairs) {
    const subject = `organization:example:project:observability:workspace:tenantscope-${stack}:run_phase:${phase}`;
    const opened = runs.filter(({ trust }) => accepts(trust, subject, "aws.workload.identity"));
    expect(opened.map((role) => role.arn)).toEqual([runArn(stack, phase)]);
    expect(runs.filter(({ trust }) => accepts(trust, subject, "another.audience"))).toEqual([]);
    expect(runs.filter(({ trust }) => accepts(trust, `${subject}x`, "aws.workload.identity"))).toEqual([]);
  }
});

describe.each(["stark", "wayne"])("the runs of %s", (tenant) => {
  const stack = `tenant-${tenant}`;
  const blocks = tree
    .stack(stack)
    .blocks.filter(
      (block) => block.type.startsWith("aws_") && tree.stack(stack).account(block).accountId === CENTRAL,
    );
  const questions = blocks.flatMap((block) => needed(tree, stack, block));
  const changes = questions.filter(([action]) => action !== "ssm:GetParameter");

  test("apply everything of its stack in the central account", async () => {
    expect(changes.length).toBeGreaterThan(15);
    const denied: string[] = [];
    for (const [action, resource, context] of questions) {
      if (!(await may(stack, "apply", action, resource, context))) denied.push(`${action} ${resource}`);
    }
    expect(denied).toEqual([]);
  });

  test("change nothing while they plan, and nothing of it is another tenant's to change", async () => {
    const others = STACKS.filter((each) => each.startsWith("tenant-") && each !== stack);
    const allowed: string[] = [];
    for (const [action, resource, context] of changes) {
      if (await may(stack, "plan", action, resource, context)) allowed.push(`plan: ${action} ${resource}`);
      for (const other of others) {
        if (await may(other, "apply", action, resource, context))
          allowed.push(`${other}: ${action} ${resource}`);
      }
    }
    expect(allowed).toEqual([]);
  });

  test("give rights within the tenant's border only, and never leave it", async () => {
    const writer = roleIn(`writer-${tenant}`);
    const elsewhere = boundaryArn(CENTRAL, BOUNDARIES.services);
    const own = boundaryArn(CENTRAL, BOUNDARIES.tenant(tenant));
    const allowed: string[] = [];
    const given: Readonly<Record<string, Record<string, string>>> = {
      none: {},
      another: { [BORDER]: elsewhere },
      own: { [BORDER]: own },
    };
    for (const [name, context] of Object.entries(given)) {
      for (const action of ["iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"]) {
        for (const target of [writer, roleIn("grafana"), runArn(stack, "apply")]) {
          if (await may(stack, "apply", action, target, context)) allowed.push(`${action} ${target} ${name}`);
        }
      }
    }
    expect(allowed).toEqual(
      ["iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"].map(
        (action) => `${action} ${writer} own`,
      ),
    );
    expect(await may(stack, "apply", "iam:DeleteRolePermissionsBoundary", writer)).toBe(false);
  });

  test("put the stack's tag on nothing that has another's", async () => {
    const tagged: string[] = [];
    for (const [action, resource] of [
      ["aps:TagResource", arn("aps", "workspace/ws-1")],
      ["kms:TagResource", arn("kms", "key/1")],
      ["ec2:CreateTags", arn("ec2", "security-group/sg-1")],
    ] as const) {
      for (const owner of [undefined, stack, "central", "tenant-hooli"]) {
        for (const name of [stack, "central"]) {
          const context = { [MAKER]: name, ...(owner === undefined ? {} : { [OWNER]: owner }) };
          if (await may(stack, "apply", action, resource, context))
            tagged.push(`${action} of ${owner ?? "nobody"} as ${name}`);
        }
      }
    }
    expect(tagged).toEqual([
      // AWS does not tell making from tagging; keys with an alias are told apart below.
      `aps:TagResource of nobody as ${stack}`,
      `aps:TagResource of ${stack} as ${stack}`,
      `kms:TagResource of nobody as ${stack}`,
      `kms:TagResource of ${stack} as ${stack}`,
      `ec2:CreateTags of ${stack} as ${stack}`,
    ]);
  });

  test("touch nothing that has no tag, and use no key but through the service that keeps data with it", async () => {
    const key = arn("kms", "key/1");
    const group = arn("ec2", "security-group/sg-1");
    const maker = { [MAKER]: stack };
    const aliased = (...names: string[]) => ({ "kms:ResourceAliases": names });
    const through = { "kms:ViaService": "aps.eu-west-1.amazonaws.com" };
    const own = { [OWNER]: stack };
    const alarm = arn("cloudwatch", `alarm:tenantscope-${tenant}-active-series`);
    const questions: readonly Question[] = [
      ["kms:TagResource", key, { ...maker, ...aliased("alias/payroll") }],
      [
        "kms:TagResource",
        key,
        { ...maker, ...aliased(`alias/tenantscope-${tenant}-metrics`, "alias/payroll") },
      ],
      ["kms:TagResource", key, { ...maker, ...aliased("alias/tenantscope-hooli-metrics") }],
      ["kms:PutKeyPolicy", key],
      ["kms:ScheduleKeyDeletion", key],
      ["kms:Decrypt", key, through],
      ["kms:Decrypt", key, own],
      ["ec2:CreateTags", group, maker],
      ["ec2:CreateTags", group, { ...maker, "ec2:CreateAction": "RunInstances" }],
      ["ec2:DeleteSecurityGroup", group],
      ["ec2:AuthorizeSecurityGroupIngress", group],
      ["ec2:RevokeSecurityGroupIngress", group],
      ["cloudwatch:DeleteAlarms", alarm],
      ["aps:DeleteWorkspace", arn("aps", "workspace/ws-1")],
      ["servicediscovery:DeleteService", arn("servicediscovery", "service/srv-1")],
    ];
    const allowed: string[] = [];
    for (const question of questions) {
      if (await may(stack, "apply", ...question)) allowed.push(JSON.stringify(question));
    }
    expect(allowed).toEqual([]);
    // The same of what is the stack's, or about to be.
    const open: readonly Question[] = [
      ["kms:TagResource", key, maker],
      ["kms:TagResource", key, { ...own, ...aliased(`alias/tenantscope-${tenant}-metrics`) }],
      ["kms:Decrypt", key, { ...own, ...through }],
      ["ec2:CreateTags", group, { ...maker, "ec2:CreateAction": "CreateSecurityGroup" }],
      ["ec2:CreateTags", group, own],
      ["cloudwatch:DeleteAlarms", alarm, own],
    ];
    for (const question of open) {
      expect([question, await may(stack, "apply", ...question)]).toEqual([question, true]);
    }
  });
});

test.each(STACKS)("planning %s only looks", (stack) => {
  const actions = runRole(stack, "plan").policies.flatMap((policy) =>
    (policy as { Statement: readonly JsonObject[] }).Statement.flatMap(({ Action }) => texts(Action)),
  );
  const changing = actions.filter((action) => !/:(Describe|Get|List)[A-Za-z0-9]*\*?$/.test(action));
  const exceptions: Record<string, readonly string[]> = {
    central: ["apigateway:GET", "kms:Decrypt"],
    limits: ["kms:Decrypt"],
  };
  expect(changing).toEqual(exceptions[stack] ?? []);
  const data =
    /^(secretsmanager:GetSecretValue|logs:(Get(?!LogDelivery$)|Filter|StartQuery)|aps:(Get|Query)|s3:GetObject\*)/;
  expect(actions.filter((action) => data.test(action))).toEqual([]);
});

test("the run of central gives rights to roles with a border only, and cannot touch what runs are made of", async () => {
  const bound = { [BORDER]: boundaryArn(CENTRAL, BOUNDARIES.services) };
  const apply = (action: string, resource: string, context?: Record<string, string>) =>
    may("central", "apply", action, resource, context);
  expect(await apply("iam:PutRolePolicy", roleIn("grafana"), bound)).toBe(true);
  expect(await apply("iam:PutRolePolicy", roleIn("grafana"))).toBe(false);
  expect(await apply("iam:PutRolePolicy", runArn("central", "apply"), bound)).toBe(false);
  expect(await apply("iam:PutRolePolicy", `arn:aws:iam::${CENTRAL}:role/Administrator`, bound)).toBe(false);
  expect(await apply("iam:CreatePolicyVersion", boundaryArn(CENTRAL, BOUNDARIES.run))).toBe(false);
  expect(await apply("sts:AssumeRole", runArn("tenant-stark", "apply"))).toBe(false);
  expect(
    await apply(
      "secretsmanager:GetSecretValue",
      arn("secretsmanager", "secret:tenantscope/grafana-token-AbCdEf"),
    ),
  ).toBe(false);
});

test("documents are within AWS's limits, in characters without white space", () => {
  const size = (value: object): number => JSON.stringify(value).length;
  for (const role of roles.values()) {
    if (!role.arn.includes("/run/")) continue;
    expect([role.arn, role.policies.reduce((sum, each) => sum + size(each), 0) <= 10_240]).toEqual([
      role.arn,
      true,
    ]);
    expect(size(role.trust)).toBeLessThanOrEqual(2_048);
  }
  expect([...documents].filter(([, document]) => size(document) > 6_144)).toEqual([]);
});

test("so are those of a tenant with the longest name, in the Region with the longest", () => {
  const rights = tenantCentralRights("a".repeat(21), { accountId: CENTRAL, region: "ap-southeast-2" });
  for (const phase of PHASES) {
    expect(JSON.stringify(policy(...rights[phase])).length).toBeLessThanOrEqual(10_240);
  }
});

test("a workspace goes before what its runs need, and neither goes while its tenant is there", () => {
  const { blocks } = tree.stack("workspaces");
  const isMade = (type: RegExp) => (block: Block) => block.kind === "resource" && type.test(block.type);
  const needs = blocks.filter(
    isMade(/^aws_(iam_role|iam_role_policy|iam_policy|cloudformation_stack_set_instance)$/),
  );
  for (const stack of STACKS) {
    const tenant = stack.replace("tenant-", "");
    const workspace = blocks.find(({ address }) => address.startsWith(`tfe_workspace.workspace-${stack}_`));
    const own = needs.filter(({ id }) =>
      [`run-${stack}_`, `boundary-${tenant}`, `tenant-account-${tenant}`].some((each) => id.startsWith(each)),
    );
    expect([stack, own.length]).toEqual([stack, stack === tenant ? 4 : 6]);
    expect(texts(workspace?.attributes.depends_on).sort()).toEqual(
      own.map(({ type, id }) => `${type}.${id}`).sort(),
    );
    const isOffboarding = tree.fleet.tenants.some(
      ({ name, lifecycle }) => name === tenant && lifecycle === "offboarding",
    );
    for (const { address, attributes } of [...own, workspace].flatMap((each) => each ?? [])) {
      expect([address, attributes.lifecycle]).toEqual([address, { prevent_destroy: !isOffboarding }]);
    }
  }
  const shared = blocks.filter(
    (block) => isMade(/^aws_(iam|cloudformation)/)(block) && /^(trust|tenant-accounts)/.test(block.id),
  );
  expect(shared).toHaveLength(4);
  for (const { address, attributes } of shared) {
    expect([address, attributes.lifecycle]).toMatchObject([address, { prevent_destroy: true }]);
  }
});

describe("rules that only runs can break", () => {
  test.each([
    ["a phase", /run_phase:apply/],
    ["a workspace", /workspace:tenantscope-tenant-stark:/],
    ["an operator", /\\"StringEquals\\"(?=:\{\\"app\.terraform)/],
    ["an audience", /aws\.workload\.identity(?=\\")/],
  ])("trust: %s", (_, part) => {
    const open = mutated(tree, "workspaces", (text) => {
      expect(text).toMatch(part);
      return text.replace(part, (found) => (found.includes("Equals") ? String.raw`\"StringLike\"` : "x"));
    });
    expect(runsAreTrustedExactly.violations(open)).not.toEqual([]);
  });

  test.each([
    ["a state for everybody", /"global_remote_state": false/, '"global_remote_state": true'],
    ["runs without a look", /"auto_apply": false/, '"auto_apply": true'],
    ["a forced deletion", /"force_delete": false/, '"force_delete": true'],
    ["another variable", /"TFC_AWS_PROVIDER_AUTH"/, '"AWS_SECRET_ACCESS_KEY"'],
    ["a token", /"organization": "example"\s*\}/, '"organization": "example", "token": "x"}'],
  ])("alone: %s", (_, part, instead) => {
    const open = mutated(tree, "workspaces", (text) => {
      expect(text).toMatch(part);
      return text.replace(part, () => instead);
    });
    expect(workspacesStandAlone.violations(open)).not.toEqual([]);
  });
});
