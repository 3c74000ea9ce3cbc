import { only } from "../support/census";
import { central, managed, tenant } from "../support/fleets";
import { asObject } from "../support/json";
import { synth } from "../support/synth";

const acme = tenant({
  name: "acme",
  accountId: "222222222222",
  services: [managed("orders", { logs: { destinations: ["cloudwatch"] } })],
});
const link = (logGroupPrefixes = acme.share.logGroupPrefixes) =>
  only(
    synth({
      central: central(),
      tenants: [{ ...acme, share: { ...acme.share, logGroupPrefixes } }],
      warnings: [],
    }).stack("tenant-acme"),
    "aws_oam_link",
  );
const filter = (prefixes?: readonly string[]) =>
  asObject(asObject(link(prefixes).link_configuration).log_group_configuration);

test("the central account sees the log groups of the tenant's services and no others", () => {
  expect(filter()).toEqual({ filter: "LogGroupName LIKE '/tenantscope/acme/%'" });
});

test("the manifest's prefixes take their place", () => {
  expect(filter(["/aws/lambda/", "/shop/"])).toEqual({
    filter: "LogGroupName LIKE '/aws/lambda/%' OR LogGroupName LIKE '/shop/%'",
  });
});

test("an empty list shows them all", () => {
  expect(link([])).not.toHaveProperty("link_configuration");
});
