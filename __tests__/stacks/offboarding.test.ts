import { keyAliases, logGroups } from "../../fleet/offboarding/resources";
import { KEY_DELETION_DAYS } from "../../lib/retention";
import { stackNames } from "../../lib/names";
import { everyOptionFleet } from "../support/every-option-fleet";
import { exampleFleet } from "../support/fleets";
import { asText } from "../support/json";
import { Stack, synthFiles } from "../support/synth";
import type { Fleet } from "../../fleet/types";

/** What the report of a tenant that leaves says is what its stack made. */
const fleets: readonly Fleet[] = [exampleFleet(), everyOptionFleet({ type: "local" })];

const stacks = fleets.flatMap((fleet) => {
  const leaving = fleet.tenants.filter(({ lifecycle }) => lifecycle !== "offboarding");
  const files = synthFiles(fleet, { shared: false });
  return leaving.map((tenant) => {
    const name = stackNames.tenant(tenant.name);
    return { central: fleet.central, tenant, name, stack: new Stack(name, files.get(name) ?? "") };
  });
});

describe.each(stacks)("$name", ({ central, tenant, stack }) => {
  const named = (type: string) => {
    const blocks = stack.blocks.filter((block) => block.type === type);
    const of = (accountId: string) =>
      blocks
        .filter((block) => stack.account(block).accountId === accountId)
        .map(({ attributes }) => asText(attributes["name"]))
        .sort();
    return { tenant: of(tenant.accountId), central: of(central.accountId) };
  };
  const sorted = ({ tenant: own, central: shared }: ReturnType<typeof keyAliases>) => ({
    tenant: [...own].sort(),
    central: [...shared].sort(),
  });

  test("keys", () => {
    expect(named("aws_kms_alias")).toEqual(sorted(keyAliases(tenant)));
    const keys = Object.values(stack.resource("aws_kms_key"));
    expect(keys).not.toEqual([]);
    expect(new Set(keys.map((key) => key["deletion_window_in_days"]))).toEqual(new Set([KEY_DELETION_DAYS]));
  });

  test("log groups", () => {
    expect(named("aws_cloudwatch_log_group")).toEqual(sorted(logGroups(tenant)));
  });

  test("nothing survives its destruction or keeps its name", () => {
    for (const { type, attributes } of stack.blocks) {
      expect(JSON.stringify(attributes)).not.toMatch(
        /"(skip_destroy|prevent_destroy|retain_on_delete)":true/,
      );
      expect(type).not.toMatch(
        /secretsmanager_secret$|s3_bucket$|efs_|opensearch_domain|dynamodb|backup_vault|ecr_/,
      );
    }
  });
});
