import { readFileSync } from "node:fs";
import { join } from "node:path";
import { exampleFleet } from "./support/fleets";
import { runStep, scriptStep, type StandIns, type StepRun } from "./support/workflow-steps";

/** The scripts of the workflows, run in bash as GitHub starts it, with stand-ins for the programs that they call. */

const github = join(__dirname, "..", ".github");
const at = (name: string): string => join(github, "workflows", name);
const ACTION = join(github, "actions", "tenantscope", "action.yml");

interface Stack {
  readonly stack: string;
  readonly tenant: string;
}

/** The file that the guide has a newcomer write. */
function firstTenant(): { readonly organizationId: string } {
  const text = readFileSync(join(github, "..", "docs", "FIRST-TENANT.md"), "utf8");
  return JSON.parse(/```json\n([^]*?)```/.exec(text)?.[1] ?? "") as { organizationId: string };
}

/** A command says its name, and ends with the status that is wanted of it. */
const tenantscope = (
  statuses: Readonly<Record<string, number>>,
  affected: readonly Stack[] = [],
): StandIns => ({
  npx: `
    if (args[0] !== "tenantscope") exit(99);
    const status = ${JSON.stringify(statuses)}[args[1]];
    if (status === undefined) exit(98);
    if (args.includes("--matrix"))
      say(JSON.stringify({ include: ${JSON.stringify(affected)} }));
    else say(args.slice(1).join("|") + "\\n");
    if (status !== 0) complain(args[1] + " is not content\\n");
    exit(status);
  `,
});

/** As far as the scripts use it: nobody has to install it for the tests. */
const JQ = `
  const filter = args.at(args[0] === "-r" ? 1 : 0);
  const input = JSON.parse(fs.readFileSync(args[2] ?? 0, "utf8"));
  if (/^(\\.\\w+)+$/.test(filter)) say(filter.slice(1).split(".").reduce((value, key) => value[key], input) + "\\n");
  else if (filter === '[.include[].stack] | join(" ")')
    say(input.include.map(({ stack }) => stack).join(" ") + "\\n");
  else exit(97);
`;

describe("check: what a pull request affects", () => {
  const step = scriptStep(at("check.yml"), "affected", "validate --base");
  const [central, limits] = ["central", "limits"].map((stack) => ({ stack, tenant: "" })) as [Stack, Stack];
  const acme = { stack: "tenant-acme", tenant: "acme" };
  const check = (
    statuses: { validate: number; affected: number },
    stacks = [central, limits, acme],
  ): StepRun =>
    runStep(step, { programs: { ...tenantscope(statuses, stacks), jq: JQ }, env: { BASE: "0123abc" } });

  test("goes on with the stacks, shared ones as well, when the comparison finds nothing wrong", () => {
    const run = check({ validate: 0, affected: 0 });
    expect([run.status, run.output]).toEqual([0, "stacks=central limits tenant-acme\n"]);
    expect(run.file("validate.txt")).toBe("validate|--base|0123abc\n");
    expect(run.file("affected.txt")).toBe("affected|--base|0123abc\n");
  });

  test("goes on with a stack that all share and with nothing else, and knows when nothing is left", () => {
    expect(check({ validate: 0, affected: 0 }, [central]).output).toBe("stacks=central\n");
    expect(check({ validate: 0, affected: 0 }, []).output).toBe("stacks=\n");
  });

  test("fails when the comparison does, although tee does not, and keeps what was said for the comment", () => {
    const run = check({ validate: 1, affected: 0 });
    expect([run.status, run.output, run.file("affected.txt")]).toEqual([1, "", undefined]);
    expect(run.file("validate.txt")).toBe("validate|--base|0123abc\nvalidate is not content\n");
  });

  test("fails when nobody can say what is affected", () => {
    expect(check({ validate: 0, affected: 1 })).toMatchObject({ status: 1, output: "" });
  });
});

test.each([0, 1, 3])("check: a plan that ends with %d is shown, and its job ends the same", (status) => {
  const step = scriptStep(at("check.yml"), "plan", "tenantscope plan");
  const run = runStep(step, {
    programs: tenantscope({ plan: status }),
    env: { STACKS: "central tenant-acme" },
  });
  expect([run.status, run.stdout]).toEqual([status, "plan|--stack|central|tenant-acme\n"]);
  expect(run.file("plan.txt")).toBe(run.stdout);
});

test.each([
  ["the example", exampleFleet().central.organizationId, "example=true\n", ""],
  [
    "a fleet of one's own",
    firstTenant().organizationId,
    "",
    "::notice::a fleet of one's own: the program's tests run where the example is (docs/CI.md)\n",
  ],
])("check: the program's tests are for %s: organization %s", (_, organizationId, output, said) => {
  const step = scriptStep(at("check.yml"), "whose", "organizationId");
  const file = `echo '${JSON.stringify({ organizationId })}' > central.json\n`;
  const run = runStep({ ...step, script: file + step.script }, { programs: { jq: JQ }, env: {} });
  expect([run.status, run.output, run.stdout]).toEqual([0, output, said]);
});

test("check: without central.json nobody says whose fleet it is", () => {
  const run = runStep(scriptStep(at("check.yml"), "whose", "organizationId"), {
    programs: { jq: JQ },
    env: {},
  });
  expect([run.status === 0, run.output]).toEqual([false, ""]);
});

test.each([
  ["as before", 'if (args[0] !== "run") exit(1);', 0],
  ["otherwise", 'fs.writeFileSync("cdktf.out/stack", "other");', 1],
  ["not at all", "exit(1);", 1],
])("check: synthesised a second time, %s", (_, npm, status) => {
  const step = scriptStep(at("check.yml"), "fleet", "diff -r");
  const before = "mkdir cdktf.out\necho one > cdktf.out/stack\n";
  const run = runStep({ ...step, script: before + step.script }, { programs: { npm }, env: {} });
  expect(run.status).toBe(status);
});

test.each([
  [0, 0],
  [3, 0],
  [1, 1],
  [2, 1],
  [130, 1],
])("drift: status %d of the command is %d of the job, and the issue is told", (drift, status) => {
  const step = scriptStep(at("drift.yml"), "drift", "tenantscope drift");
  const run = runStep(step, { programs: tenantscope({ drift }), env: {} });
  expect([run.status, run.output, run.file("drift.txt")]).toEqual([
    status,
    `status=${String(drift)}\n`,
    "drift\n",
  ]);
});

test.each([
  ["eu-west-1", "arn:role", 0, "", "ready=true\n"],
  [
    "",
    "",
    0,
    "::notice::nothing is deployed: this repository has no variables AWS_REGION CENTRAL_DEPLOY_ROLE yet",
    "",
  ],
  [
    "",
    "arn:role",
    1,
    "::error::nothing is deployed: set the repository's variables AWS_REGION (docs/CI.md)",
    "",
  ],
  [
    "eu-west-1",
    "",
    1,
    "::error::nothing is deployed: set the repository's variables CENTRAL_DEPLOY_ROLE (",
    "",
  ],
])("deploy: with the Region %j and the role %j", (region, role, status, said, output) => {
  const step = scriptStep(at("deploy.yml"), "settings", "GITHUB_OUTPUT");
  const run = runStep(step, { programs: {}, env: { AWS_REGION: region, CENTRAL_DEPLOY_ROLE: role } });
  expect([run.status, run.output, run.stdout.split("\n").length]).toEqual([
    status,
    output,
    said === "" ? 1 : 2,
  ]);
  expect(run.stdout).toContain(said);
});

describe("deploy: waits for the check of its commit", () => {
  const step = scriptStep(at("deploy.yml"), "checked", "gh api");
  const URL = "https://github.test/run";
  /** Answers of GitHub one after the other, the last one for ever; `undefined`: it does not answer. */
  const wait = (...answers: (string | undefined)[]): StepRun & { readonly sleeps: number } => {
    // As functions: processes of their own would take seconds.
    const functions = `
      sleep() { echo "sleep $1"; }
      gh() {
        [ "$#|$1|$2|$3|\${4%%|*}" = "4|api|the/runs|--jq|.workflow_runs[0] " ] || exit 97
        local answers asked
        mapfile -t answers <<< "$ANSWERS"
        printf x >> asked
        asked="$(<asked)"
        asked=$((\${#asked} < \${#answers[@]} ? \${#asked} : \${#answers[@]}))
        [ -n "\${answers[asked - 1]}" ] && echo "\${answers[asked - 1]}"
      }
    `;
    const env = {
      GH_TOKEN: "token",
      RUNS: "the/runs",
      ANSWERS: answers.map((each) => each ?? "").join("\n"),
    };
    const run = runStep({ ...step, script: functions + step.script }, { programs: {}, env });
    return { ...run, sleeps: run.stdout.match(/^sleep 30$/gm)?.length ?? 0 };
  };
  const NONE = "null null null";

  test("goes on when it has succeeded, however late it began or however seldom GitHub answered", () => {
    expect(wait(`completed success ${URL}`)).toMatchObject({ status: 0, stdout: "", sleeps: 0 });
    const late = wait(
      NONE,
      undefined,
      `queued null ${URL}`,
      `in_progress null ${URL}`,
      `completed success ${URL}`,
    );
    expect([late.status, late.sleeps]).toEqual([0, 4]);
  });

  test.each(["failure", "cancelled", "skipped", "timed_out", "null"])(
    "ends when check ended with %s",
    (how) => {
      expect(wait(`completed ${how} ${URL}`)).toMatchObject({
        status: 1,
        stdout: `::error::nothing is deployed: check ended with ${how} for this commit: ${URL}\n`,
      });
    },
  );

  test("ends when there is none, or none that ends", () => {
    const none = wait(NONE);
    expect([none.status, none.sleeps]).toEqual([1, 9]);
    expect(none.stdout).toMatch(/::error::nothing is deployed: check has not run for this commit on main\n$/);
    const endless = wait(...Array.from({ length: 115 }, () => undefined), `in_progress null ${URL}`);
    expect([endless.status, endless.sleeps]).toEqual([1, 120]);
    expect(endless.stdout).toMatch(
      /::error::nothing is deployed: check has not come to an end within an hour\n$/,
    );
  });
});

test.each([
  ["", "arn:role", "::error::there is no Region: set the repository's variable AWS_REGION (docs/CI.md)\n"],
  [
    "eu-west-1",
    "",
    "::error::there is no role to take on: set AWS_DEPLOY_ROLE in the environment of this job (docs/CI.md)\n",
  ],
])("the action refuses the Region %j with the role %j, and says what to set", (region, role, said) => {
  const step = scriptStep(ACTION, undefined, "there is no Region");
  const run = runStep(step, { programs: {}, env: { REGION: region, ROLE: role } });
  expect([run.status, run.stdout]).toEqual([1, said]);
});

test.each([
  ["", "ci --ignore-scripts --no-audit --no-fund"],
  ["arn:role", "ci --ignore-scripts --no-audit --no-fund --omit=dev"],
])("the action installs for the role %j, and no package runs a script of its own", (role, install) => {
  const step = scriptStep(ACTION, undefined, "npm ci");
  const programs = { npm: 'say(args.join(" ") + "\\n");' };
  const run = runStep(step, { programs, env: { ROLE: role } });
  expect([run.status, run.stdout]).toEqual([0, `${install}\nrun prepare --workspace providers/grafana\n`]);
  expect(runStep(step, { programs: { npm: "exit(1);" }, env: { ROLE: role } }).status).toBe(1);
});

describe("the action, about Grafana's token", () => {
  const step = scriptStep(ACTION, undefined, "get-secret-value");
  const fetch = (assume: string, get: string): StepRun =>
    runStep(step, {
      programs: {
        jq: JQ,
        aws: `
          if (args[0] === "sts") {
            if (args[args.indexOf("--role-arn") + 1] !== "arn:token") exit(96);
            ${assume}
          } else {
            const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
            if ([AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN].join() !== "id,key,session") exit(95);
            ${get}
          }
        `,
      },
      env: { TOKEN_ROLE: "arn:token", AWS_ACCESS_KEY_ID: "of the job" },
    });
  const CREDENTIALS = `say(JSON.stringify({ Credentials: { AccessKeyId: "id", SecretAccessKey: "key", SessionToken: "session" } }));`;

  test("it is masked before it is in the job's environment, and stands nowhere else", () => {
    const run = fetch(CREDENTIALS, 'say("glsa_1\\n");');
    expect([run.status, run.stdout, run.environment]).toEqual([
      0,
      "::add-mask::glsa_1\n",
      "GRAFANA_AUTH=glsa_1\n",
    ]);
    expect([run.stderr, run.output, run.file("token-error.txt")]).toEqual(["", "", undefined]);
  });

  test("before the first deployment there is none", () => {
    const run = fetch(
      CREDENTIALS,
      'complain("An error (ResourceNotFoundException): no secret\\n"); exit(254);',
    );
    expect([run.status, run.environment]).toEqual([0, ""]);
    expect(run.stdout).toBe("::warning::no token for Grafana yet: only the central stack can be deployed\n");
  });

  test("who may not read it is told so by AWS, and so is who may not take on the role", () => {
    const denied = fetch(CREDENTIALS, 'complain("An error (AccessDeniedException): no\\n"); exit(254);');
    expect([denied.status, denied.environment]).toEqual([1, ""]);
    expect(denied.stderr).toContain("AccessDeniedException");
    const refused = fetch('complain("An error (AccessDenied): sts:AssumeRole\\n"); exit(254);', "");
    expect([refused.status, refused.environment]).toEqual([254, ""]);
    expect(refused.stderr).toContain("sts:AssumeRole");
  });
});
