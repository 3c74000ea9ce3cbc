import { run } from "../../../cli/program";
import { interruptible } from "../../../cli/terraform/interrupt";
import { Processes } from "../../../cli/terraform/processes";
import { UserError } from "../../../lib/errors";
import { goodFiles, makeFolder, removeFolders } from "../../fixtures/fleet/fleet-folder";

afterAll(removeFolders);

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
  [["plan"], "error: say what to plan: either --fleet or --only <tenants...>\n"],
  [["plan", "--fleet", "--only", "acme"], "error: say what to plan: either --fleet or --only <tenants...>\n"],
  [["deploy"], "error: say what to deploy: one of --wave <name>, --all, --shared\n"],
  [["deploy", "--all", "--shared"], "error: say what to deploy: one of --wave <name>, --all, --shared\n"],
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
  [["plan", "--only", "acne"], 'there is no tenant "acne", did you mean "acme"?\n'],
  [["deploy", "--wave", "canari", "--auto-approve"], 'there is no wave "canari", did you mean "canary"?\n'],
  [
    ["deploy", "--resume", "--auto-approve"],
    "there is no deployment to resume, start one with --wave <name>, --all or --shared\n",
  ],
])("the fleet does not have what %j names", async (args, message) => {
  expect(await tenantscope(...args)).toEqual([1, "", message]);
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
