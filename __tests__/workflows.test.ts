import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { exampleFleet } from "./support/fleets";

const root = join(__dirname, "..");
const folder = join(root, ".github", "workflows");
const ACTION = join(root, ".github", "actions", "tenantscope", "action.yml");
const NAMES = ["check.yml", "deploy.yml", "drift.yml"];

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly needs?: string | readonly string[];
  readonly environment?: string;
  readonly if?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
  readonly "timeout-minutes"?: number;
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: object;
  readonly concurrency: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

const textOf = (name: string): string => readFileSync(join(folder, name), "utf8");
const workflow = (name: string): Workflow => parse(textOf(name), { merge: true }) as Workflow;
const jobs = NAMES.flatMap((name) =>
  Object.entries(workflow(name).jobs).map(([id, job]): [string, Job] => [`${name} ${id}`, job]),
);
const takesRole = ({ steps }: Job): boolean => steps.some((step) => step.with?.["role"] !== undefined);

test("these are the workflows", () => {
  expect(readdirSync(folder).sort()).toEqual(NAMES);
});

test("every action is pinned to a commit, with its release beside it", () => {
  const lines = [...NAMES.map(textOf), readFileSync(ACTION, "utf8")].join("\n").match(/^.*uses:.*$/gm) ?? [];
  const foreign = lines.filter((line) => !line.includes("uses: ./.github/actions/tenantscope"));
  expect(foreign.length).toBeGreaterThan(15);
  expect(
    foreign.filter((line) => !/uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line)),
  ).toEqual([]);
  const pins = new Map<string, Set<string>>();
  for (const line of foreign) {
    const [, action = "", pin = ""] = /uses: ([^@]+)@(.*)$/.exec(line) ?? [];
    pins.set(action, (pins.get(action) ?? new Set<string>()).add(pin));
  }
  expect([...pins].filter(([, each]) => each.size > 1)).toEqual([]);
});

test("no key, no secret, nothing that runs a stranger's code with rights", () => {
  const text = [...NAMES.map(textOf), readFileSync(ACTION, "utf8")].join("\n");
  expect(text).not.toMatch(/secrets\.|aws-access-key|AKIA|pull_request_target|\bworkflow_run\b/);
  // What somebody else wrote (a title, a branch) never becomes a part of a script.
  expect(text).not.toMatch(/\$\{\{[^}]*(head_ref|\.title|\.body|\.message)[^}]*\}\}/);
  for (const [, { steps }] of jobs) {
    for (const { run = "" } of steps) expect(run).not.toMatch(/\$\{\{/);
  }
});

test.each(jobs)("%s has exactly the rights that it needs, and an end", (id, job) => {
  expect(job["timeout-minutes"]).toBeGreaterThan(0);
  const checksOut = job.steps.some(({ uses = "" }) => uses.startsWith("actions/checkout@"));
  const further: Record<string, Record<string, string>> = {
    "check.yml scan": { "security-events": "write", actions: "read" },
    "check.yml comment": { "pull-requests": "write" },
    "deploy.yml checked": { actions: "read" },
    "drift.yml issue": { issues: "write" },
  };
  expect(job.permissions).toEqual({
    ...(checksOut && { contents: "read" }),
    ...(takesRole(job) && { "id-token": "write" }),
    ...further[id],
  });
  const { with: options } = job.steps.find(({ uses = "" }) => uses.startsWith("actions/checkout@")) ?? {};
  if (checksOut) expect(options?.["persist-credentials"]).toBe(false);
});

test("nothing is granted to a whole workflow", () => {
  expect(NAMES.map((name) => workflow(name).permissions)).toEqual([{}, {}, {}]);
});

test("who comments or opens an issue runs no code of the repository", () => {
  const writers = jobs.filter(([id]) => /comment|issue/.test(id));
  expect(writers).toHaveLength(2);
  const artefacts: Readonly<Record<string, readonly (readonly [string, string | undefined])[]>> = {
    "check.yml comment": [
      ["affected", undefined],
      ["plan", "needs.plan.result != 'skipped'"],
    ],
    "drift.yml issue": [["drift", undefined]],
  };
  for (const [id, { steps }] of writers) {
    const downloads = steps.slice(0, -1);
    expect(downloads.map(({ with: options, if: when }) => [options?.["path"], when])).toEqual(artefacts[id]);
    for (const { uses = "", with: options, run } of downloads) {
      expect([uses.replace(/@.*/, ""), run]).toEqual(["actions/download-artifact", undefined]);
      // No artefact of another name, whoever made it.
      expect(options).toEqual({
        pattern: options?.["path"],
        path: options?.["path"],
        "merge-multiple": true,
      });
    }
    const { uses = "", run } = steps.at(-1) ?? {};
    expect([uses.replace(/@.*/, ""), run]).toEqual(["actions/github-script", undefined]);
  }
});

test("artefacts are files that are named, not whatever lies there", () => {
  const uploads = jobs.flatMap(([id, { steps }]) =>
    steps
      .filter(({ uses = "" }) => uses.startsWith("actions/upload-artifact@"))
      .map(({ with: options, if: when }) => [
        id,
        options?.["name"],
        String(options?.["path"]).trim().split("\n"),
        when,
      ]),
  );
  const logs = ["logs-${{ github.job }}", [".tenantscope/logs"], "always()"];
  expect(uploads).toEqual([
    ["check.yml scan", "trivy", ["trivy.sarif"], "always() && hashFiles('trivy.sarif') != ''"],
    ["check.yml affected", "affected", ["validate.txt", "affected.txt"], "always()"],
    ["check.yml plan", "plan", ["plan.txt"], "always()"],
    ["deploy.yml shared", ...logs],
    ["deploy.yml canary", ...logs],
    ["deploy.yml fleet", ...logs],
    ["drift.yml drift", "drift", ["drift.txt"], "always()"],
  ]);
});

test("one stack that cannot be compared keeps nobody's drift from being told", () => {
  const { drift, issue } = workflow("drift.yml").jobs;
  expect(drift?.if).toBe("vars.AWS_PLAN_ROLE != ''");
  expect(issue?.if).toBe("${{ !cancelled() && needs.drift.result != 'skipped' }}");
});

test("a deployment goes through the shared stacks and then every wave of the example, each behind its environment", () => {
  const deploy = workflow("deploy.yml").jobs;
  const waves = exampleFleet().central.waves.map(({ name }) => name);
  const [first, ...order] = ["checked", "shared", ...waves];
  expect(Object.keys(deploy)).toEqual(["settings", first, ...order]);
  expect([deploy["checked"]?.needs, deploy["checked"]?.if]).toEqual([
    "settings",
    "needs.settings.outputs.ready == 'true'",
  ]);
  // A condition of its own could let a job begin although the one before has failed.
  for (const name of order) expect([name, deploy[name]?.if]).toEqual([name, undefined]);
  order.forEach((name, at) => {
    expect([name, deploy[name]?.environment, deploy[name]?.needs]).toEqual([
      name,
      name,
      order[at - 1] ?? first,
    ]);
    const command = deploy[name]?.steps.find(({ run = "" }) => run.includes("tenantscope deploy"))?.run ?? "";
    expect(command).toContain(at === 0 ? "--shared" : `--wave ${name}`);
    expect(command).toContain("--auto-approve");
    expect(command).not.toContain("--approve-data");
  });
});

test("a push checks the fleet; the program's own tests run where the example is the fleet", () => {
  const { on, jobs: checks } = workflow("check.yml");
  expect(Object.keys(on)).toEqual(["push", "pull_request"]);
  const whereExample = "needs.whose.outputs.example == 'true'";
  const npm = Object.entries(checks).flatMap(([id, { steps, if: when }]) => {
    const found = steps.flatMap(({ run = "" }) => run.match(/^npm .*$/gm) ?? []);
    return found.length === 0 ? [] : [[id, when, ...found]];
  });
  expect(npm).toEqual([
    ["program", whereExample, "npm run lint", "npm run typecheck", "npm test"],
    ["mutants", whereExample, "npm run test:mutants"],
    ["fleet", undefined, "npm run validate", "npm run synth", "npm run synth"],
    ["scan", undefined, "npm run synth"],
  ]);
  for (const id of ["program", "mutants"]) expect(checks[id]?.needs).toBe("whose");
  // Whoever copies the program copies no job that waits for the example.
  const waits = Object.entries(checks).filter(([, { needs = [] }]) => [needs].flat().includes("whose"));
  expect(waits.map(([id]) => id)).toEqual(["program", "mutants"]);
});

test("a pull request also learns what it changes", () => {
  const { jobs: checks } = workflow("check.yml");
  const commands = Object.values(checks).flatMap(({ steps }) => steps.map(({ run = "" }) => run));
  expect(commands.join("\n")).toMatch(/tenantscope affected --base "\$BASE" --matrix/);
  // What all share is planned as well, and above all.
  expect(checks["plan"]?.if).toMatch(/needs\.affected\.outputs\.stacks != ''/);
  expect(checks["plan"]?.steps.at(-2)?.run).toContain('plan --stack "${stacks[@]}"');
  const scan = checks["scan"]?.steps.map(({ uses = "" }) => uses.replace(/@.*/, ""));
  expect(scan).toEqual(
    expect.arrayContaining(["aquasecurity/trivy-action", "github/codeql-action/upload-sarif"]),
  );
});

test("a deployment waits for the check of its own commit, which no other commit's check takes away", () => {
  const [step] = workflow("deploy.yml").jobs["checked"]?.steps ?? [];
  expect(step?.env?.["RUNS"]).toBe(
    "repos/${{ github.repository }}/actions/workflows/check.yml/runs?event=push&branch=main&head_sha=${{ github.sha }}",
  );
  expect(workflow("check.yml").on["push"]).toEqual({ branches: ["main"] });
  expect(workflow("check.yml").concurrency).toEqual({
    group: "check-${{ github.event_name == 'pull_request' && github.ref || github.sha }}",
    "cancel-in-progress": "${{ github.event_name == 'pull_request' }}",
  });
  expect(workflow("deploy.yml").concurrency).toEqual({ group: "deploy", "cancel-in-progress": false });
  expect(Object.keys(workflow("deploy.yml").on)).toEqual(["push", "workflow_dispatch"]);
});

test("the scan's results go where the repository has a place for them", () => {
  const { steps } = workflow("check.yml").jobs["scan"] ?? { steps: [] };
  const upload = steps.find(({ uses = "" }) => uses.startsWith("github/codeql-action/upload-sarif@"));
  expect(upload?.if?.replace(/\s+/g, " ")).toBe(
    "always() && hashFiles('trivy.sarif') != '' && (github.event.repository.private == false || vars.CODE_SCANNING == 'true')",
  );
});

test("who plans can take on no role that writes, and plans with those that only read", () => {
  const taken = Object.fromEntries(
    jobs
      .filter(([, job]) => takesRole(job))
      .map(([id, { steps }]) => {
        const action = steps.find(({ uses }) => uses === "./.github/actions/tenantscope")?.with ?? {};
        const commands = steps.flatMap(
          ({ run = "" }) => /tenantscope (plan|drift|deploy)/.exec(run)?.[1] ?? [],
        );
        return [id, [action["role"], action["token-role"], ...commands]];
      }),
  );
  const plans = ["${{ vars.AWS_PLAN_ROLE }}", "${{ vars.GRAFANA_TOKEN_ROLE }}"];
  const deploys = ["${{ vars.AWS_DEPLOY_ROLE }}", "${{ vars.CENTRAL_DEPLOY_ROLE }}"];
  expect(taken).toEqual({
    "check.yml plan": [...plans, "plan"],
    "drift.yml drift": [...plans, "drift"],
    "deploy.yml shared": [...deploys, "deploy"],
    "deploy.yml canary": [...deploys, "deploy"],
    "deploy.yml fleet": [...deploys, "deploy"],
  });
  // The commands know their phase; nothing here tells them another.
  expect(NAMES.map(textOf).join("\n")).not.toContain("TENANTSCOPE_PHASE");
  for (const name of ["check.yml", "drift.yml"]) expect(textOf(name)).not.toMatch(/DEPLOY_ROLE/);
});

test("packages are installed by the action alone", () => {
  const commands = jobs.flatMap(([id, { steps }]) => steps.map(({ run = "" }) => [id, run]));
  expect(commands.filter(([, run = ""]) => /npm (ci|i|install|exec)\b/.test(run))).toEqual([]);
  const roles = jobs.filter(([, job]) => takesRole(job));
  expect(roles).toHaveLength(5);
  // What a job with a role runs is in the packages that are deployed with, not in those for development.
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    dependencies: Readonly<Record<string, string>>;
  };
  expect(Object.keys(dependencies)).toEqual(expect.arrayContaining(["cdktf", "commander", "esbuild"]));
});

test("the action goes on with a Region and a role, or with neither", () => {
  const { runs } = parse(readFileSync(ACTION, "utf8")) as { runs: { steps: Step[] } };
  const [first] = runs.steps;
  expect(first?.if).toBe("(inputs.role == '') != (inputs.region == '')");
  expect(first?.run).toMatch(/^exit 1$/m);
});
