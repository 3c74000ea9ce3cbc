import { readPastFleet } from "../../fleet/history";
import { UserError } from "../../lib/errors";
import { goodFiles, makeFolder, removeFolders } from "../fixtures/fleet/fleet-folder";
import { deployedFleet } from "../fixtures/fleet/git-fleet";

afterEach(removeFolders);

describe("what cannot be compared with is said in one message", () => {
  const failure = (root: string, ref: string): string => {
    try {
      readPastFleet(root, ref);
    } catch (error) {
      if (error instanceof UserError) return error.message.replaceAll(root, "ROOT");
      throw error;
    }
    return "no error";
  };

  test("a revision that does not exist", () => {
    expect(failure(deployedFleet(goodFiles()), "origin/main")).toBe(
      'git knows no revision "origin/main", check its spelling or fetch it (git fetch origin)',
    );
  });

  test.each(["", "--output=/tmp/x", "-x"])("a revision that is an option: %j", (ref) => {
    expect(failure(deployedFleet(goodFiles()), ref)).toBe(
      `"${ref}" is not a git revision, write a branch, tag or commit`,
    );
  });

  test("a tree, a file, a range", () => {
    const root = deployedFleet(goodFiles());
    for (const ref of ["HEAD^{tree}", "HEAD:central.json", "HEAD..HEAD"]) {
      expect(failure(root, ref)).toMatch(/^git knows no revision /);
    }
  });

  test("a folder that is in no repository", () => {
    expect(failure(makeFolder(goodFiles()), "HEAD")).toBe(
      "ROOT is not in a git repository, so there is no earlier revision for --base to compare with",
    );
  });

  test("a folder that does not exist", () => {
    expect(failure("/nowhere/at/all", "HEAD")).toBe(
      "ROOT does not exist, name the fleet's folder with --root",
    );
  });

  test("a machine without git", () => {
    const root = makeFolder(goodFiles());
    const none = () => {
      throw Object.assign(new Error("spawn git ENOENT"), { code: "ENOENT" });
    };
    expect(() => readPastFleet(root, "HEAD", none)).toThrow(
      new UserError("git is not installed, and --base needs it to read the earlier revision"),
    );
  });

  test("a repository that git refuses to read", () => {
    const root = makeFolder(goodFiles());
    const refuses = () => {
      throw Object.assign(new Error("exit 128"), {
        stderr: Buffer.from("fatal: detected dubious ownership\n"),
      });
    };
    expect(() => readPastFleet(root, "HEAD", refuses)).toThrow(
      new UserError(
        `git cannot read the repository of ${root}, mend what it says:\nfatal: detected dubious ownership`,
      ),
    );
  });

  test("a revision without a fleet", () => {
    const root = deployedFleet({ "other.json": "{}" });
    expect(failure(root, "deployed")).toBe(
      'revision "deployed" has no fleet below ROOT, compare with one that has central.json and tenants/',
    );
  });

  test("a revision with a file that is not JSON", () => {
    expect(
      failure(deployedFleet({ ...goodFiles(), "tenants/acme.json": '{\n  "name" "acme"\n}' }), "deployed"),
    ).toBe(
      'revision "deployed" cannot be compared with, because a file of it is not JSON:\ntenants/acme.json:2:10 has "acme" where a colon should be, write "key": value',
    );
  });
});
