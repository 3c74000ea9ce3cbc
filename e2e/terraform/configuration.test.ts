import { type Configuration, mutant, replaceIn } from "./mutants";
import { inParallel } from "./processes";
import type { Providers } from "./providers";
import { removeFolders, Sandbox, type Json } from "./sandbox";
import type { Stack } from "./stack";
import { isUsable, prepareTerraform, WIDTH } from "./terraform";

/** What Terraform says without any account: the broken stacks that it must refuse, and the three backends. */

let providers: Providers;
beforeAll(async () => {
  providers = await prepareTerraform();
});
afterAll(removeFolders);

test.each([
  ["1.11.4", true],
  ["1.11.0", true],
  ["1.12.0-rc1", true],
  ["1.10.5", false],
  ["2.0.0", false],
  ["0.15.5", false],
])("Terraform %s in the place of 1.11.4: %s", (found, usable) => {
  expect(isUsable(found, "1.11.4")).toBe(usable);
});

describe("a broken stack is refused", () => {
  /** Name -> what Terraform must call it, and the change. */
  const MUTANTS: Readonly<Record<string, readonly [string, (configuration: Configuration) => void]>> = {
    "unescaped-collector-variable": [
      "Extra characters after interpolation expression",
      (stack) => {
        replaceIn(stack.resource("aws_ecs_task_definition"), "container_definitions", "$${env:", "${env:");
      },
    ],
    "unescaped-published-configuration": [
      "Extra characters after interpolation expression",
      (stack) => {
        replaceIn(
          stack.resource("aws_ssm_parameter", "collector-config"),
          "insecure_value",
          "$${env:",
          "${env:",
        );
      },
    ],
    "unescaped-dashboard-variable": [
      "Reference to undeclared resource",
      (stack) => {
        replaceIn(
          stack.resource("grafana_dashboard", "grafana_folder_dashboard-globex-signals"),
          "config_json",
          "$${__data.",
          "${__data.",
        );
      },
    ],
    "dangling-resource": [
      "Reference to undeclared resource",
      (stack) => (stack.resource("aws_iam_role_policy").role = "${aws_iam_role.nobody.name}"),
    ],
    "dangling-attribute": [
      "Unsupported attribute",
      (stack) => {
        replaceIn(stack.resource("aws_iam_role_policy"), "role", ".name}", ".nome}");
      },
    ],
    "dangling-local": [
      "Reference to undeclared local value",
      (stack) => {
        replaceIn(
          stack.resource("aws_ecs_task_definition"),
          "container_definitions",
          "local.contract",
          "local.contrat",
        );
      },
    ],
    "unknown-argument": [
      "Extraneous JSON object property",
      (stack) => (stack.resource("aws_ecs_service").desired_cont = 2),
    ],
    "unknown-grafana-argument": [
      "Extraneous JSON object property",
      (stack) => (stack.resource("grafana_data_source").json_data = "{}"),
    ],
    "missing-argument": [
      "Missing required argument",
      (stack) => delete stack.resource("aws_iam_role").assume_role_policy,
    ],
    "wrong-type": [
      "Incorrect attribute value type",
      (stack) => (stack.resource("aws_ecs_service").desired_count = "a few"),
    ],
    "too-many-blocks": [
      "Too many deployment_circuit_breaker blocks",
      (stack) => {
        const service = stack.resource("aws_ecs_service");
        service.deployment_circuit_breaker = [
          service.deployment_circuit_breaker,
          service.deployment_circuit_breaker,
        ];
      },
    ],
    "unknown-provider-alias": [
      "Provider configuration not present",
      (stack) => (stack.resource("aws_kms_key").provider = "aws.nowhere"),
    ],
    "circular-reference": [
      "Cycle",
      (stack) => {
        const service = stack.address("aws_ecs_service");
        stack.resource("aws_ecs_task_definition").family = `\${${service}.name}`;
      },
    ],
  };
  let findings: ReadonlyMap<string, readonly string[]>;

  beforeAll(async () => {
    const sandbox = new Sandbox(providers);
    sandbox.synth();
    const good = sandbox.stack("tenant-globex");
    await good.init();
    const copies: [string, Stack][] = Object.entries(MUTANTS).map(([name, [, change]]) => [
      name,
      mutant(good, name, change),
    ]);
    copies.push(["unchanged", mutant(good, "unchanged", () => undefined)]);
    findings = new Map(
      await inParallel(copies, WIDTH, async ([name, stack]) => [name, await stack.validate()] as const),
    );
  });

  test("a copy without a change is valid", () => {
    expect(findings.get("unchanged")).toEqual([]);
  });

  test.each(Object.entries(MUTANTS).map(([name, [summary]]) => [name, summary]))(
    "%s: %s",
    (name, summary) => {
      expect(findings.get(name)).toEqual([summary]);
    },
  );
});

describe("a backend is one setting", () => {
  const KEY = "arn:aws:kms:eu-west-1:111111111111:key/6f1c2b3a-4d5e-4f60-8a7b-9c0d1e2f3a4b";
  const s3 = { bucket: "acme-states", region: "eu-west-1", encrypt: true, use_lockfile: true };

  /** Name -> the setting, and what it makes of a stack's `terraform` block. */
  const BACKENDS: Readonly<Record<string, { setting: Json; block: (stack: string) => Json }>> = {
    local: {
      setting: { type: "local" },
      block: (stack) => ({ backend: { local: { path: `../../../terraform.${stack}.tfstate` } } }),
    },
    cloud: {
      setting: { type: "cloud", organization: "acme" },
      block: (stack) => ({
        cloud: { organization: "acme", workspaces: { name: `tenantscope-${stack}`, project: "tenantscope" } },
      }),
    },
    "cloud with project and host": {
      setting: {
        type: "cloud",
        organization: "acme",
        project: "observability",
        hostname: "terraform.invalid",
      },
      block: (stack) => ({
        cloud: {
          hostname: "terraform.invalid",
          organization: "acme",
          workspaces: { name: `tenantscope-${stack}`, project: "observability" },
        },
      }),
    },
    s3: {
      setting: { type: "s3", bucket: "acme-states", region: "eu-west-1" },
      block: (stack) => ({ backend: { s3: { ...s3, key: `tenantscope/${stack}.tfstate` } } }),
    },
    "s3 with prefix and key": {
      setting: { type: "s3", bucket: "acme-states", region: "eu-west-1", keyPrefix: "a/b", kmsKeyArn: KEY },
      block: (stack) => ({ backend: { s3: { ...s3, key: `a/b/${stack}.tfstate`, kms_key_id: KEY } } }),
    },
  };

  /** What `init` answers when it has understood the block and only lacks the place itself. */
  const UNREACHABLE: Readonly<Record<string, RegExp>> = {
    "cloud with project and host": /Failed to request discovery document/,
    "s3 with prefix and key": /No valid credential sources found/,
  };

  test.each(Object.entries(BACKENDS))("%s", async (name, { setting, block }) => {
    const sandbox = new Sandbox(providers);
    sandbox.edit("central", { backend: setting });
    const stacks = sandbox.synth();
    expect(stacks).toHaveLength(setting.type === "cloud" ? 7 : 6);
    for (const stack of stacks) {
      const { terraform } = JSON.parse(stack.text) as { terraform: Json };
      const { required_providers: required, required_version: version, ...rest } = terraform;
      expect(rest).toEqual(block(stack.name));
      expect(version).toBe(">= 1.11.0, < 2.0.0");
      const others: Readonly<Record<string, readonly string[]>> = {
        central: [],
        limits: [],
        grafana: ["grafana"],
        workspaces: ["tfe"],
      };
      expect(Object.keys(required as Json).sort()).toEqual([
        "aws",
        ...(others[stack.name] ?? ["grafana", "time"]),
      ]);
    }
    const tenant = sandbox.stack("tenant-initech");
    await tenant.init("-backend=false");
    expect(await tenant.validate()).toEqual([]);

    const answer = UNREACHABLE[name];
    if (answer === undefined) return;
    const { code, stderr } = await tenant.run("init");
    expect([code, stderr]).toEqual([1, expect.stringMatching(answer)]);
    const misspelt = mutant(tenant, "misspelt", (stack) => {
      const kind = stack.section("terraform");
      Object.assign((kind.cloud ?? (kind.backend as Json).s3) as Json, { organisation: "acme" });
    });
    expect((await misspelt.run("init")).stderr).toContain(
      'No argument or block type is named "organisation"',
    );
  });
});
