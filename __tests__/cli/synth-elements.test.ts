import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import {
  App,
  Aspects,
  Fn,
  Lazy,
  TerraformLocal,
  TerraformOutput,
  TerraformStack,
  TerraformVariable,
  Token,
} from "cdktf";
import { isPlain, renderPlainElementsOnce } from "../../cli/synth-elements";

/**
 * Text of every stack as CDKTF renders it, and as it does when plain elements are rendered once. Without validation:
 * that of moved resources would start Terraform.
 */
function bothWays(build: (app: App) => void): { cdktf: Map<string, string>; once: Map<string, string> } {
  const synth = (prepare: (app: App) => void): Map<string, string> => {
    const outdir = mkdtempSync(join(tmpdir(), "tenantscope-elements-"));
    try {
      const app = new App({ outdir, stackTraces: false, skipValidation: true });
      build(app);
      prepare(app);
      app.synth();
      const stacks = join(outdir, "stacks");
      return new Map(
        readdirSync(stacks).map((name) => [
          name,
          // The default backend's path is absolute.
          readFileSync(join(stacks, name, "cdk.tf.json"), "utf8").replaceAll(outdir, "<outdir>"),
        ]),
      );
    } finally {
      rmSync(outdir, { recursive: true });
    }
  };
  return { cdktf: synth(() => undefined), once: synth(renderPlainElementsOnce) };
}

/** One stack in which an aws provider is at hand. */
const single = (build: (stack: TerraformStack) => void) =>
  bothWays((app) => {
    const stack = new TerraformStack(app, "one");
    new AwsProvider(stack, "aws", { region: "eu-west-1" });
    build(stack);
  });

const parameter = (stack: TerraformStack, id: string, value: string): SsmParameter =>
  new SsmParameter(stack, id, { name: `/${id}`, type: "String", value });

type Case = [string, (stack: TerraformStack) => void];

test.each<Case>([
  ["plain elements", (stack) => parameter(stack, "p", "v")],
  ["a token in a string", (stack) => parameter(stack, "q", `x ${parameter(stack, "p", "v").arn} y`)],
  ["a token that is a list", (stack) => new TerraformOutput(stack, "o", { value: Fn.split(",", "a,b") })],
  [
    "a number that is a token",
    (stack) => parameter(stack, "q", `v${String(parameter(stack, "p", "v").version)}`),
  ],
  [
    "a value that is computed late",
    (stack) => parameter(stack, "p", Lazy.stringValue({ produce: () => "late" })),
  ],
  [
    "a map with a token for a key",
    (stack) => {
      const p = parameter(stack, "p", "v");
      p.tags = { [p.arn]: "x" };
    },
  ],
  [
    "an order that CDKTF writes",
    (stack) => {
      new SsmParameter(stack, "q", {
        name: "/q",
        type: "String",
        value: "v",
        dependsOn: [parameter(stack, "p", "v")],
      });
    },
  ],
  [
    "text of Terraform's",
    (stack) => parameter(stack, "p", '${jsonencode({"a" = "$${b}"})} %{ if true }x%{ endif }'),
  ],
  ["numbers in words", (stack) => parameter(stack, "p", "1e5 -3 2.5e-7 1.1e+300 -1.8881545897087503e+289")],
  [
    "undefined, null and empty values",
    (stack) => {
      parameter(stack, "p", "v").addOverride("list", ["a", undefined, null, [], {}, "b"]);
      new TerraformLocal(stack, "l", { a: undefined, b: null, c: [], d: {} });
    },
  ],
  [
    "overrides of elements and of the stack",
    (stack) => {
      const p = parameter(stack, "p", "v");
      p.addOverride("tags.deep", { x: [1, 2] });
      p.addOverride("list", ["a"]);
      stack.addOverride("resource.aws_ssm_parameter.p.list", ["b"]);
      stack.addOverride("resource.aws_ssm_parameter.p.value", "overridden");
      stack.addOverride("resource.aws_ssm_parameter.p.lifecycle", [{ prevent_destroy: true }]);
      stack.addOverride("terraform.required_version", ">= 1.11");
    },
  ],
  [
    "several providers of a kind, one with a token",
    (stack) => {
      new AwsProvider(stack, "b", {
        alias: "b",
        region: new TerraformVariable(stack, "region", {}).stringValue,
      });
      new AwsProvider(stack, "c", { alias: "c", region: "us-east-1" });
    },
  ],
  [
    "resources that moved or are imported, some with tokens",
    (stack) => {
      const p = parameter(stack, "p", "v");
      for (const [id, value] of [
        ["a", p.arn],
        ["b", "v"],
      ] as const) {
        const target = `aws_ssm_parameter.new-${id}`;
        parameter(stack, `old-${id}`, "v").moveToId(
          id === "a" ? Lazy.stringValue({ produce: () => target }) : target,
        );
        parameter(stack, `new-${id}`, value);
        parameter(stack, `imported-${id}`, value).importFrom(`/imported-${id}`);
      }
    },
  ],
  [
    "an aspect that changes elements late",
    (stack) => {
      parameter(stack, "p", "v");
      Aspects.of(stack).add({
        visit: (node) => {
          if (node instanceof SsmParameter) node.value = "by aspect";
        },
      });
    },
  ],
  [
    "assumed roles and nested blocks",
    (stack) => {
      new IamRole(stack, "r", {
        assumeRolePolicy: "{}",
        inlinePolicy: [{ name: "n", policy: "{}" }],
        tags: { a: "b" },
      });
    },
  ],
])("%s come out the same", (_, build) => {
  const { cdktf, once } = single(build);
  expect([...once]).toEqual([...cdktf]);
});

test("references between stacks come out the same, with what CDKTF adds for them", () => {
  const { cdktf, once } = bothWays((app) => {
    const [one, two] = ["one", "two"].map((name) => {
      const stack = new TerraformStack(app, name);
      new AwsProvider(stack, "aws", { region: "eu-west-1" });
      return stack;
    });
    if (one === undefined || two === undefined) return;
    parameter(two, "reader", parameter(one, "source", "v").arn);
  });
  expect([...once]).toEqual([...cdktf]);
  expect(once.get("two")).toContain("terraform_remote_state");
});

test("what may hold a token is not plain", () => {
  const token = Token.asString({ resolve: () => "x" });
  const number = Token.asNumber({ resolve: () => 1 });
  for (const value of [
    token,
    `a${token}`,
    number,
    `${number}`,
    [token],
    { [token]: 1 },
    { a: { b: number } },
  ]) {
    expect(isPlain(value)).toBe(false);
  }
  for (const value of [Token.asList(token), new Date(), () => 1, [undefined], new Map()]) {
    expect(isPlain(value)).toBe(false);
  }
  for (const value of [
    "${a.b}",
    "1e5",
    5,
    true,
    null,
    undefined,
    [],
    {},
    { a: [{ b: "c" }], d: undefined },
  ]) {
    expect(isPlain(value)).toBe(true);
  }
});
