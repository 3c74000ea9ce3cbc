import { HOLDS_DATA } from "../../cli/terraform/holds-data";
import type { Fleet } from "../../fleet/types";
import { elementsOf, policiesOf } from "../support/policies";
import { everyOptionFleet } from "../support/every-option-fleet";
import { CLOUD_BACKEND, exampleFleet, mixedFleet, S3_BACKEND } from "../support/fleets";
import { tracesFleet } from "../support/fleet-traces";
import { synth, type Tree } from "../support/synth";
import { asText } from "../support/json";
import { SOURCE_ACCOUNTS, WILDCARDS } from "./allow-list";
import { EVERYBODY } from "./everybody";
import {
  CENTRAL_SIDE,
  EVERY_OPTION_POLICIES,
  EXAMPLE_POLICIES,
  EXAMPLE_TRUST,
  type ByStack,
} from "./expected";
import { MADE_AGAIN } from "./made-again";
import { RULES } from "./rules/all";
import { matchingEverybody, matchingSource, matchingWildcard } from "./rules/iam";

const FLEETS: readonly (readonly [string, () => Fleet])[] = [
  ["the example", exampleFleet],
  ["every kind of tenant", mixedFleet],
  ["tenants with stores of their own", tracesFleet],
  ["every option, state in S3", () => everyOptionFleet(S3_BACKEND)],
  ["every option, state in HCP Terraform", () => everyOptionFleet(CLOUD_BACKEND)],
  ["every option, state in files", () => everyOptionFleet({ type: "local" })],
];

const trees = new Map<string, Tree>();
beforeAll(() => {
  for (const [name, fleet] of FLEETS) trees.set(name, synth(fleet()));
});
const tree = (name: string): Tree => {
  const found = trees.get(name);
  if (found === undefined) throw new Error(`no fleet ${name}`);
  return found;
};

describe.each(FLEETS)("%s", (fleetName) => {
  test.each(RULES.map((rule) => [rule.name, rule] as const))("%s", async (_, rule) => {
    expect(await rule.violations(tree(fleetName))).toEqual([]);
  });
});

test("for every type of resource somebody has decided whether it holds data", () => {
  const made = [...trees.values()].flatMap(({ stacks }) => stacks.flatMap(({ blocks }) => blocks));
  const types = new Set(made.flatMap(({ kind, type }) => (kind === "resource" ? [type] : [])));
  const decided = [...Object.keys(HOLDS_DATA), ...Object.values(MADE_AGAIN).flat()];
  expect(decided.sort()).toEqual([...types].sort());
});

describe("every policy is accounted for", () => {
  const sorted = (byStack: ByStack) =>
    Object.fromEntries(Object.entries(byStack).map(([stack, entries]) => [stack, [...entries].sort()]));
  const found = (fleetName: string): ByStack =>
    Object.fromEntries(
      tree(fleetName).stacks.map((stack) => [stack.name, policiesOf(stack).map(({ where }) => where)]),
    );

  test.each([
    ["the example", EXAMPLE_POLICIES],
    ["every option, state in S3", EVERY_OPTION_POLICIES],
  ])("%s: exactly the policies that are listed", (fleetName, expected) => {
    expect(sorted(found(fleetName))).toEqual(sorted(expected));
  });

  test("the example: exactly the trust that is listed", () => {
    const trust = tree("the example").stacks.flatMap((stack) => {
      const roles = stack.blocks.filter(({ type }) => type === "aws_iam_role");
      const documents = roles.map(({ address, attributes }) => [
        address,
        JSON.parse(asText(attributes.assume_role_policy)) as object,
      ]);
      return roles.length === 0 ? [] : [[stack.name, Object.fromEntries(documents)]];
    });
    expect(Object.fromEntries(trust)).toEqual(EXAMPLE_TRUST);
  });

  test("the example: a tenant's stack makes nothing else in the central account", () => {
    const central = tree("the example")
      .stacks.filter(({ name }) => name.startsWith("tenant-"))
      .map((stack) => [
        stack.name,
        stack.blocks
          .filter((block) => stack.account(block).accountId === "111111111111")
          .map(({ address }) => address),
      ]);
    expect(sorted(Object.fromEntries(central) as ByStack)).toEqual(sorted(CENTRAL_SIDE));
  });
});

describe("the list of exceptions", () => {
  const statements = () =>
    [...trees.values()].flatMap(({ stacks }) =>
      stacks.flatMap((stack) =>
        policiesOf(stack).flatMap(({ where, statements: all }) =>
          all.map((statement) => ({ where, statement, sid: asText(statement.Sid) })),
        ),
      ),
    );

  test("holds no wildcard that nothing needs", () => {
    const used = new Set(
      statements().flatMap(({ where, sid, statement }) =>
        elementsOf(statement).map(({ element, value }) => matchingWildcard(where, sid, element, value)),
      ),
    );
    expect(WILDCARDS.filter((entry) => !used.has(entry)).map(({ sid }) => sid)).toEqual([]);
  });

  test("holds no source that nothing needs", () => {
    const used = new Set(statements().map(({ where, sid }) => matchingSource(where, sid)));
    expect(SOURCE_ACCOUNTS.filter((entry) => !used.has(entry)).map(({ sid }) => sid)).toEqual([]);
  });

  test("holds nobody's everybody that nothing needs", () => {
    const used = new Set(statements().map(({ where, sid }) => matchingEverybody(where, sid)));
    expect(
      EVERYBODY.filter((entry) => !used.has(entry)).map(({ sid, where }) => `${sid} ${where.source}`),
    ).toEqual([]);
  });

  test("says why", () => {
    expect(
      [...WILDCARDS, ...SOURCE_ACCOUNTS, ...EVERYBODY].filter(({ reason }) => reason.length < 20),
    ).toEqual([]);
  });
});
