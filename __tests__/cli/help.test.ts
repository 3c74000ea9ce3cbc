import { coloursWanted } from "../../cli/colours";
import { programOf } from "../../cli/program";
import { version } from "../../package.json";
import { tenantscope } from "../support/tenantscope";

const ORDER = [
  ...["validate", "add", "list", "show", "waves", "affected", "plan", "deploy", "drift"],
  ...["cost", "diagram", "report", "doctor", "suspend", "offboard", "roles", "schema"],
];

const help = async (command: string, columns = 100): Promise<string> => {
  const { status, out, err } = await tenantscope([command, "--help"], { columns });
  expect([status, err]).toEqual([0, ""]);
  return out;
};

test("--help has the commands in the order of their use", async () => {
  const { out } = await tenantscope(["--help"], { columns: 100 });
  const commands = out.slice(out.indexOf("\nCommands:\n"));
  expect([...commands.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name)).toEqual([...ORDER, "help"]);
});

test.each(ORDER)(
  "%s --help: examples that the command takes, and no folder of this machine",
  async (name) => {
    const text = await help(name);
    const examples = [...text.matchAll(/^ {2}npx tenantscope (.*)$/gm)].map(([, line = ""]) => line);
    expect(examples.length).toBeGreaterThan(0);
    for (const line of examples) {
      const said: string[] = [];
      const taken: string[] = [];
      const say = (words: string) => said.push(words);
      const program = programOf({ out: say, err: say }, () => {
        taken.push(line.split(" ")[0] ?? "");
        return Promise.resolve();
      });
      await program.parseAsync(line.split(" "), { from: "user" });
      expect([taken, said]).toEqual([[name], []]);
    }
    expect(text).not.toContain(process.cwd());
    expect(text).toContain("--root <folder>");
    expect(text).not.toContain("(default: false)");
  },
);

test.each(["", ...ORDER])("%s --help on a narrow terminal stays inside it", async (name) => {
  const { out } = await tenantscope([...(name === "" ? [] : [name]), "--help"], { columns: 40 });
  const list = out.slice(0, out.includes("\nExamples:") ? out.indexOf("\nExamples:") : undefined);
  // A usage is one line, and an option is in one piece.
  const long = list.split("\n").filter((line) => line.length > 40 && !/^(Usage: | {2}-)/.test(line));
  expect(long).toEqual([]);
});

test("--version", async () => {
  for (const flag of ["--version", "-V"]) {
    expect(await tenantscope([flag])).toEqual({ status: 0, out: `${version}\n`, err: "" });
  }
});

test.each([
  ["lst", "unknown command 'lst'\n(Did you mean list?)"],
  ["afected --base x", "unknown command 'afected'\n(Did you mean affected?)"],
  ["show acme --jsn", "unknown option '--jsn'\n(Did you mean --json?)"],
  ["add --nmae acme", "unknown option '--nmae'\n(Did you mean --name?)"],
  ["offboard acme --reprt x", "unknown option '--reprt'\n(Did you mean --report?)"],
])("%s: 2, and what was meant", async (line, message) => {
  expect(await tenantscope(line.split(" "))).toEqual({ status: 2, out: "", err: `error: ${message}\n` });
});

test.each<[Record<string, string>, boolean, boolean]>([
  [{}, true, true],
  [{}, false, false],
  [{ NO_COLOR: "1" }, true, false],
  [{ NO_COLOR: "" }, true, true],
  [{ TERM: "dumb" }, true, false],
  [{ FORCE_COLOR: "1" }, false, true],
  [{ FORCE_COLOR: "0" }, true, false],
  [{ FORCE_COLOR: "false" }, true, false],
  [{ FORCE_COLOR: "1", NO_COLOR: "1" }, true, false],
])("colours with %j, terminal %j: %j", (env, isTerminal, expected) => {
  expect(coloursWanted(env, isTerminal)).toBe(expected);
});
