import { MAX_LOG_GROUP_PREFIXES, oamLink, type OamLinkProps } from "../../modules/oam/link";
import { oamSinks, sinkPolicy } from "../../modules/oam/sink";
import { census, only } from "../support/census";
import { ADMINISTRATOR, allow } from "../support/iam";
import { alone, byName, policyOf, withoutHashes } from "../support/module-stack";

const ALL = { logs: true, metrics: true, traces: true };
const LOGS = { logs: true, metrics: false, traces: false };

describe("sinks", () => {
  const { stack, made } = alone((scope) =>
    oamSinks(scope, {
      name: "tenantscope",
      organizationId: "o-example1",
      accepts: ALL,
      regions: ["us-east-1", "eu-west-1", "us-east-1"],
    }),
  );

  test("one with a policy in each Region", () => {
    expect(census(stack)).toEqual({ aws_oam_sink: 2, aws_oam_sink_policy: 2 });
    expect(stack.blocks.map(({ address, attributes }) => [address, attributes.region])).toEqual([
      ["aws_oam_sink.oam-eu-west-1_sink", "eu-west-1"],
      ["aws_oam_sink.oam-us-east-1_sink", "us-east-1"],
      ["aws_oam_sink_policy.oam-eu-west-1_policy", "eu-west-1"],
      ["aws_oam_sink_policy.oam-us-east-1_policy", "us-east-1"],
    ]);
    expect(Object.values(stack.resource("aws_oam_sink")).map(({ name }) => name)).toEqual([
      "tenantscope",
      "tenantscope",
    ]);
    expect(stack.text).not.toContain("TfToken");
  });

  test("their ARNs by Region", () => {
    expect(Object.keys(made)).toEqual(["eu-west-1", "us-east-1"]);
    expect(withoutHashes(made)).toEqual({
      "eu-west-1": "${aws_oam_sink.oam-eu-west-1_sink.arn}",
      "us-east-1": "${aws_oam_sink.oam-us-east-1_sink.arn}",
    });
    const sinks = Object.entries(made).map(([region, arn]) => [`${region}_policy`, withoutHashes(arn)]);
    expect(byName(stack, "oam-", "aws_oam_sink_policy", "sink_identifier")).toEqual(
      Object.fromEntries(sinks.map(([key = "", arn]) => [String(key).slice(1), arn])),
    );
  });

  test("each admits the organization, for these types", () => {
    const documents = Object.values(stack.resource("aws_oam_sink_policy")).map((attributes) =>
      policyOf(attributes),
    );
    const expected = {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "LinkFromTheOrganization",
          Effect: "Allow",
          Principal: "*",
          Action: ["oam:CreateLink", "oam:UpdateLink"],
          Resource: "*",
          Condition: {
            StringEquals: { "aws:PrincipalOrgID": "o-example1" },
            "ForAllValues:StringEquals": {
              "oam:ResourceTypes": ["AWS::CloudWatch::Metric", "AWS::Logs::LogGroup", "AWS::XRay::Trace"],
            },
            Null: { "oam:ResourceTypes": "false" },
          },
        },
      ],
    };
    expect(documents).toEqual([expected, expected]);
  });

  test.each([
    ["o-example1", ["AWS::Logs::LogGroup"], true],
    ["o-example1", ["AWS::CloudWatch::Metric", "AWS::Logs::LogGroup", "AWS::XRay::Trace"], true],
    ["o-example1", ["AWS::Logs::LogGroup", "AWS::InternetMonitor::Monitor"], false],
    ["o-example1", [], false],
    ["o-other", ["AWS::Logs::LogGroup"], false],
  ])("organization %s, types %j: %s", async (organization, types, expected) => {
    const answer = await allow({
      principal: "arn:aws:iam::222222222222:role/tenantscope-deploy",
      identityPolicies: [ADMINISTRATOR],
      action: "oam:CreateLink",
      resource: "arn:aws:oam:eu-west-1:111111111111:sink/1",
      resourceAccount: "111111111111",
      resourcePolicy: sinkPolicy("o-example1", ALL),
      context: {
        "aws:PrincipalOrgID": organization,
        ...(types.length === 0 ? {} : { "oam:ResourceTypes": types }),
      },
    });
    expect(answer).toBe(expected);
  });
});

describe("a link", () => {
  const link = (change: Partial<OamLinkProps> = {}) =>
    alone((scope) =>
      oamLink(scope, "link", {
        sinkArn: "${local.contract.oam.sinks.eu-west-1}",
        label: "acme",
        shares: ALL,
        logGroupPrefixes: ["/tenantscope/acme/", "aws/spans"],
        ...change,
      }),
    ).stack;

  test("shares what is asked for, of the log groups named", () => {
    const stack = link();
    expect(census(stack)).toEqual({ aws_oam_link: 1 });
    expect(only(stack, "aws_oam_link")).toEqual({
      sink_identifier: "${local.contract.oam.sinks.eu-west-1}",
      label_template: "acme",
      resource_types: ["AWS::CloudWatch::Metric", "AWS::Logs::LogGroup", "AWS::XRay::Trace"],
      link_configuration: {
        log_group_configuration: {
          filter: "LogGroupName LIKE '/tenantscope/acme/%' OR LogGroupName LIKE 'aws/spans%'",
        },
      },
    });
    expect(stack.text).not.toContain("TfToken");
  });

  test.each([
    [LOGS, ["AWS::Logs::LogGroup"]],
    [{ ...LOGS, logs: false, metrics: true }, ["AWS::CloudWatch::Metric"]],
    [{ ...LOGS, logs: false, traces: true }, ["AWS::XRay::Trace"]],
    [{ ...ALL, metrics: false }, ["AWS::Logs::LogGroup", "AWS::XRay::Trace"]],
  ])("%j", (shares, types) => {
    const attributes = only(link({ shares }), "aws_oam_link");
    expect(attributes.resource_types).toEqual(types);
    // A filter of log groups means nothing where no log group is shared.
    expect("link_configuration" in attributes).toBe(shares.logs);
  });

  test("without prefixes shows every log group", () => {
    expect(only(link({ logGroupPrefixes: [] }), "aws_oam_link")).not.toHaveProperty("link_configuration");
  });

  test("that shares nothing is not made", () => {
    expect(link({ shares: { logs: false, metrics: false, traces: false } }).blocks).toEqual([]);
  });

  test("takes the account's own name as its label", () => {
    expect(only(link({ label: "$AccountName" }), "aws_oam_link").label_template).toBe("$AccountName");
  });

  test("with more prefixes than a filter takes is refused", () => {
    const prefixes = (count: number) =>
      Array.from({ length: count }, (_, index) => `/group-${String(index)}/`);
    expect(() => link({ logGroupPrefixes: prefixes(MAX_LOG_GROUP_PREFIXES) })).not.toThrow();
    expect(() => link({ logGroupPrefixes: prefixes(MAX_LOG_GROUP_PREFIXES + 1) })).toThrow(
      "test/link: 6 log group prefixes, use at most 5",
    );
  });
});
