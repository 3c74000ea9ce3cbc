import { taskContainers } from "../support/containers";
import { attached, container, exampleFleet, fleetWith, managed, tenant, tenantOf } from "../support/fleets";
import { asObject, objects, type JsonObject } from "../support/json";
import { synth } from "../support/synth";

const fleet = exampleFleet();
const tree = synth(fleet);

describe("lifecycle", () => {
  const acme = tenantOf(fleet, "acme");

  test("suspended: the writer's actions are denied, nothing is expected, everything else stays as it was", () => {
    const before = tree.stack("tenant-acme");
    const after = synth(fleetWith(fleet, { ...acme, lifecycle: "suspended" })).stack("tenant-acme");
    expect(after.text).not.toBe(before.text);
    const allowed = (text: string, sid: string): string =>
      text.replace(
        `\\"Sid\\":\\"${sid}\\",\\"Effect\\":\\"Deny\\"`,
        `\\"Sid\\":\\"${sid}\\",\\"Effect\\":\\"Allow\\"`,
      );
    const { aws_prometheus_rule_group_namespace: declared, ...resource } = asObject(before.json["resource"]);
    expect(Object.keys(asObject(declared))).toEqual(["rules"]);
    expect(JSON.parse(["RemoteWrite", "InvokeOwnPaths"].reduce(allowed, after.text))).toEqual({
      ...before.json,
      resource,
    });
  });

  test("offboarding: providers, what they are configured with and the backend remain, nothing else", () => {
    const stack = synth(fleetWith(fleet, { ...acme, lifecycle: "offboarding" })).stack("tenant-acme");
    expect(stack.blocks.map(({ address }) => address)).toEqual(["data.aws_ssm_parameter.contract"]);
    expect(stack.outputs).toEqual({});
    expect(Object.keys(asObject(stack.json["locals"]))).toEqual(["contract"]);
    expect(stack.json["provider"]).toEqual(tree.stack("tenant-acme").json["provider"]);
    expect(stack.json["terraform"]).toEqual(tree.stack("tenant-acme").json["terraform"]);
  });
});

describe("what a manifest says is literal", () => {
  const hostile = "${aws_iam_role.writer.arn} %{for x in y} $${z}";
  const stack = synth({
    ...fleet,
    tenants: [
      tenant({
        name: "hostile",
        accountId: "666666666666",
        tags: { note: hostile },
        services: [
          managed("app", {
            containers: [
              container({ name: "app", port: 1, environment: { A: hostile }, command: [hostile] }),
            ],
          }),
          attached("other", "arn:aws:iam::666666666666:role/x"),
        ],
      }),
    ],
  }).stack("tenant-hostile");

  test("in container definitions and tags", () => {
    const escaped = "$${aws_iam_role.writer.arn} %%{for x in y} $$${z}";
    const [application] = taskContainers(stack, "tenantscope-hostile-app") as [JsonObject];
    expect(objects(application["environment"])[0]).toEqual({ name: "A", value: escaped });
    expect(application["command"]).toEqual([escaped]);
    expect(stack.providers("aws")[0]?.["default_tags"]).toMatchObject([{ tags: { note: escaped } }]);
  });
});
