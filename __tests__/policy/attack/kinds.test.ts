import { attackFleet } from "../../support/attack-fleet";
import { everyOptionFleet } from "../../support/every-option-fleet";
import { CLOUD_BACKEND, exampleFleet, S3_BACKEND } from "../../support/fleets";
import { asObject, shown } from "../../support/json";
import { policiesOf } from "../../support/policies";
import { synth, type Tree } from "../../support/synth";

/**
 * The attacks and the mutants ask about one fleet: what it does not have, nobody attacks. So it has every kind of
 * statement that there is; those of the stack `workspaces` are asked about on their own (`runs.test.ts`).
 */
const kindsOf = (tree: Tree): Set<string> =>
  new Set(
    tree.stacks
      .filter(({ name }) => name !== "workspaces")
      .flatMap((stack) =>
        policiesOf(stack).flatMap(({ where, block, statements }) =>
          statements.map(({ Sid, Effect, Condition }) => {
            const place = block === undefined ? "output" : `${block.type} ${where.split(" ")[1] ?? ""}`;
            const keys = Object.entries(asObject(Condition ?? {})).flatMap(([operator, values]) =>
              Object.keys(asObject(values)).map((key) => `${operator} ${key}`),
            );
            return `${place.replace(/\.\d+\b/g, "")}: ${shown(Effect)} ${shown(Sid)} ${keys.sort().join(", ")}`;
          }),
        ),
      ),
  );

const attacked = kindsOf(synth(attackFleet()));

test.each([
  ["the example", exampleFleet()],
  ["every option, kept locally", everyOptionFleet({ type: "local" })],
  ["every option, in HCP Terraform", everyOptionFleet(CLOUD_BACKEND)],
  ["every option, in S3", everyOptionFleet(S3_BACKEND)],
])("every kind of statement of %s is attacked", (_, fleet) => {
  const missing = [...kindsOf(synth(fleet))].filter((kind) => !attacked.has(kind));
  expect(missing).toEqual([]);
});

test("kinds are told apart", () => {
  expect(attacked.size).toBeGreaterThan(120);
});
