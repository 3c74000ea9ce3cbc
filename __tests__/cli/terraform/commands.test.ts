import { chmodSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { version } from "../../../package.json";
import { run } from "../../../cli/program";
import { interruptible } from "../../../cli/terraform/interrupt";
import { Processes } from "../../../cli/terraform/processes";
import { UserError } from "../../../lib/errors";
import { goodFiles, makeFolder, removeFolders } from "../../fixtures/fleet/fleet-folder";

afterAll(removeFolders);

/** A fleet that is all right, but for a tenant whose file was deleted after its deployment. */
const leftBehind = (): string =>
  makeFolder({
    ...goodFiles(),
    "terraform.tenant-zeta.tfstate": '{"resources":[{"mode":"managed","instances":[{}]}]}',
  });
const WARNING =
  'warning: zeta is deployed, but its file is gone: restore its file, set "lifecycle" to "offboarding", deploy it, then delete its file\n';

/** Status, standard output and error of a command in a fleet that is all right. */
async function tenantscope(...args: string[]): Promise<[number, string, string]> {
  const written = { out: "", err: "" };
  const status = await run([...args, "--root", makeFolder(goodFiles())], {
    out: (text) => (written.out += text),
    err: (text) => (written.err += text),
  });
  return [status, written.out, written.err];
}

test.each([
  [["plan"], "error: say what to plan: one of --fleet, --only <tenants...>, --stack <names...>\n"],
  [
    ["plan", "--fleet", "--only", "acme"],
    "error: say what to plan: one of --fleet, --only <tenants...>, --stack <names...>\n",
  ],
  [
    ["deploy"],
    "error: say what to deploy: one of --wave <name>, --all, --shared, --stack <names...>, --resume\n",
  ],
  [
    ["deploy", "--all", "--shared"],
    "error: say what to deploy: one of --wave <name>, --all, --shared, --stack <names...>, --resume\n",
  ],
  [
    ["drift", "--only", "acme", "--stack", "central"],
    "error: --only names tenants, --stack names stacks: say one of them\n",
  ],
  [["deploy", "--all"], "error: there is no terminal to ask on: say --auto-approve\n"],
  [
    ["deploy", "--all", "--approve-data", "x"],
    "error: option '--approve-data <stack:address>' argument 'x' is invalid. It must be a stack and an address, such as tenant-acme:aws_cloudwatch_log_group.orders.\n",
  ],
  [
    ["drift", "--concurrency", "0"],
    "error: option '--concurrency <number>' argument '0' is invalid. It must be a whole number from 1 to 100.\n",
  ],
])("the command line %j is wrong", async (args, message) => {
  expect(await tenantscope(...args)).toEqual([2, "", message]);
});

test.each([
  [["drift", "--only", "acne"], 'there is no tenant "acne", did you mean "acme"?\n'],
  [["plan", "--stack", "tenant-acne"], 'there is no stack "tenant-acne", did you mean "tenant-acme"?\n'],
  [["drift", "--stack", "centrl"], 'there is no stack "centrl", did you mean "central"?\n'],
  [["plan", "--only", "acne"], 'there is no tenant "acne", did you mean "acme"?\n'],
  [["deploy", "--wave", "canari", "--auto-approve"], 'there is no wave "canari", did you mean "canary"?\n'],
  [["deploy", "--wave", "canari"], 'there is no wave "canari", did you mean "canary"?\n'],
  [["deploy", "--all", "--only", "acne"], 'there is no tenant "acne", did you mean "acme"?\n'],
  [
    ["deploy", "--resume", "--auto-approve"],
    "there is no deployment to resume, start one with --wave <name>, --all, --shared or --stack <names...>\n",
  ],
])("the fleet does not have what %j names", async (args, message) => {
  expect(await tenantscope(...args)).toEqual([1, "", message]);
});

test.each(["-V", "--version"])("%s prints the version of the package", async (flag) => {
  expect(await tenantscope(flag)).toEqual([0, `${version}\n`, ""]);
});

describe("the question before a deployment", () => {
  const root = leftBehind();
  const asked: string[] = [];

  /** Status and standard error of a deployment whose question gets this answer. */
  async function answered(answer: string | undefined): Promise<[number, string]> {
    let err = "";
    const ask = (question: string): Promise<string | undefined> => {
      asked.push(question);
      return Promise.resolve(answer);
    };
    const status = await run(["deploy", "--shared", "--root", root], {
      out: () => undefined,
      err: (text) => (err += text),
      ask,
    });
    return [status, err];
  }

  test("Ctrl-C ends the command as a shell reports it; anything but yes deploys nothing", async () => {
    expect(await answered(undefined)).toEqual([130, `${WARNING}nothing was deployed\n`]);
    expect(await answered("")).toEqual([1, `${WARNING}nothing was deployed\n`]);
    expect(asked).toEqual(Array(2).fill("Deploy 3 stacks: central (1), shared (2)? [y/N] "));
  });

  test("a deployment that failed says how to go on", async () => {
    const before = process.env["TERRAFORM_BINARY_NAME"];
    process.env["TERRAFORM_BINARY_NAME"] = "false";
    try {
      expect(await answered("y")).toEqual([
        1,
        `${WARNING}1/3 central: failed\ngo on with: npx tenantscope deploy --resume\n`,
      ]);
    } finally {
      if (before === undefined) delete process.env["TERRAFORM_BINARY_NAME"];
      else process.env["TERRAFORM_BINARY_NAME"] = before;
    }
  });
});

describe("plan and drift that are interrupted", () => {
  const root = leftBehind();
  const before = process.env["TERRAFORM_BINARY_NAME"];
  afterEach(() => {
    if (before === undefined) delete process.env["TERRAFORM_BINARY_NAME"];
    else process.env["TERRAFORM_BINARY_NAME"] = before;
  });

  test.each([
    ["plan", "--fleet"],
    ["drift", "--json"],
  ])("%s %s tells nothing of a part of the fleet", async (...args) => {
    const terraform = join(root, "terraform");
    writeFileSync(terraform, '#!/bin/sh\ntouch "$0.started"\nsleep 1\necho "Error: cut off"\nexit 1\n');
    chmodSync(terraform, 0o755);
    process.env["TERRAFORM_BINARY_NAME"] = terraform;
    const written = { out: "", err: "" };
    const ended = run([...args, "--concurrency", "1", "--root", root], {
      out: (text) => (written.out += text),
      err: (text) => (written.err += text),
    });
    while (!existsSync(`${terraform}.started`)) await sleep(20);
    process.emit("SIGINT");
    expect([await ended, written.out]).toEqual([130, ""]);
    const warning = args[0] === "plan" ? WARNING : "";
    expect(written.err.startsWith(warning)).toBe(true);
    expect(written.err.slice(warning.length)).toMatch(
      /^\nstopping: nothing was changed\n0 of \d+ stacks were planned: nothing is told of a part\n$/,
    );
    rmSync(`${terraform}.started`);
  });
});

describe("an interrupt", () => {
  const said: string[] = [];
  const interrupted = (work: () => number): Promise<number> =>
    interruptible(
      new Processes({}),
      (text) => said.push(text),
      () => {
        process.emit("SIGINT");
        process.emit("SIGINT");
        return Promise.resolve(work());
      },
    );

  test("gives its own status, whatever it has broken off", async () => {
    expect(await interrupted(() => 1)).toBe(130);
    expect(said).toEqual([
      "\nstopping: Terraform finishes what it has begun and saves its state\n",
      "\nstill stopping: to kill Terraform now could lose what it has just made\n",
    ]);
    const broken = interrupted(() => {
      throw new UserError("the synthesis was stopped");
    });
    expect(await broken).toBe(130);
    expect(said.at(-1)).toBe("the synthesis was stopped\n");
  });

  test("hides no mistake of the program's, and is gone afterwards", async () => {
    const broken = interrupted(() => {
      throw new Error("ours");
    });
    await expect(broken).rejects.toThrow("ours");
    expect(process.listenerCount("SIGINT")).toBe(0);
  });
});
