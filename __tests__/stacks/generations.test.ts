import type { Fleet, Service } from "../../fleet/types";
import type { Generation } from "../../modules/collector/generations";
import { attached, central, SIDECAR, tenant, managed } from "../support/fleet-parts";
import { asText, isObject, type JsonObject } from "../support/json";
import { Stack, synthFiles } from "../support/synth";

/** Keeps a share of its traces, and the failed ones. */
const sampled = {
  traces: { ...SIDECAR.traces, sampling: { ratio: 0.1, keepErrors: true, xrayRemote: false } },
};
/** A service that runs differently with generation 2, one that does not, and one that the tenant runs itself. */
const services = (accountId: string): Service[] => [
  managed("orders", sampled),
  managed("mailer"),
  attached("reports", `arn:aws:iam::${accountId}:role/reports-task`, sampled),
];

const fleet = (fleetWide: Generation, canary?: Generation): Fleet => ({
  central: central({
    configGeneration: fleetWide,
    waves: [
      { name: "canary", concurrency: 1, images: {}, ...(canary && { configGeneration: canary }) },
      { name: "fleet", concurrency: 10, images: {} },
    ],
  }),
  tenants: [
    tenant({
      name: "early",
      wave: "canary",
      accountId: "222222222222",
      services: services("222222222222"),
    }),
    tenant({ name: "late", accountId: "333333333333", services: services("333333333333") }),
  ],
  warnings: [],
});

const [before, canaries, everywhere] = [fleet(1), fleet(1, 2), fleet(2, 2)].map((each) =>
  synthFiles(each),
) as [Map<string, string>, Map<string, string>, Map<string, string>];
const changed = (now: ReadonlyMap<string, string>, then: ReadonlyMap<string, string>): string[] =>
  [...now].filter(([name, text]) => text !== then.get(name)).map(([name]) => name);

const TAGS = { "tenantscope:collector-generation": "2" };
const REMEMBERED = "decision_cache: {sampled_cache_size: 25600}, ";

test("a generation reaches the stacks of its wave, then the others, and no shared one", () => {
  expect([...before.keys()]).toEqual(["central", "grafana", "limits", "tenant-early", "tenant-late"]);
  expect(changed(canaries, before)).toEqual(["tenant-early"]);
  expect(changed(everywhere, canaries)).toEqual(["tenant-late"]);
});

test.each(["early", "late"])(
  "of %s nothing differs but the memory of the sampler, and tags that say so",
  (name) => {
    const text = everywhere.get(`tenant-${name}`) ?? "";
    const stack = new Stack(name, text);
    const tagged = stack.blocks.filter(
      ({ attributes }) => isObject(attributes.tags) && "tenantscope:collector-generation" in attributes.tags,
    );
    expect(tagged.map(({ address }) => address).sort()).toEqual([
      "aws_ecs_task_definition.service-mailer_task",
      "aws_ecs_task_definition.service-orders_task",
      "aws_ssm_parameter.collector-config-mailer",
      "aws_ssm_parameter.collector-config-orders",
      "aws_ssm_parameter.collector-config-reports",
      "aws_ssm_parameter.service-reports_sidecar",
    ]);
    for (const { attributes } of tagged) expect(attributes.tags).toEqual(TAGS);
    expect(text.split(REMEMBERED)).toHaveLength(1 + 3);
    const untagged = (json: JsonObject): unknown =>
      JSON.parse(JSON.stringify(json), (key, value: unknown) =>
        key === "tags" && JSON.stringify(value) === JSON.stringify(TAGS) ? undefined : value,
      );
    const older = new Stack(name, before.get(`tenant-${name}`) ?? "");
    expect(untagged(new Stack(name, text.replaceAll(REMEMBERED, "")).json)).toEqual(older.json);
  },
);

test("a service without such a sampler keeps its task, and a team's document says where its new configuration is", () => {
  const [older, newer] = [before, canaries].map((each) => new Stack("early", each.get("tenant-early") ?? ""));
  const containers = (stack: Stack | undefined, family: string): string =>
    Object.values(stack?.resource("aws_ecs_task_definition") ?? {})
      .filter((each) => each.family === family)
      .map((each) => asText(each.container_definitions))
      .join();
  expect(containers(newer, "tenantscope-early-mailer")).toBe(containers(older, "tenantscope-early-mailer"));
  expect(containers(newer, "tenantscope-early-mailer")).toContain("adot-collector");
  expect(containers(newer, "tenantscope-early-orders")).toContain(REMEMBERED);
  const published = (stack: Stack | undefined): string =>
    Object.entries(stack?.resource("aws_ssm_parameter") ?? {})
      .filter(([id]) => id.startsWith("collector-config-reports"))
      .map(([, { insecure_value }]) => asText(insecure_value))
      .join("");
  expect(published(newer)).toContain(REMEMBERED);
  expect(published(older)).not.toContain("decision_cache");
});
