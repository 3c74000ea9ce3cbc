import { generatedNamesWork } from "../../fleet/rules/generated-names";
import { readFleet } from "../../fleet/read";
import { formatProblem } from "../../lib/errors";
import { generatedNames, LIMITS, MAX_SERVICE_NAME, MAX_TENANT_NAME } from "../../lib/names";
import { loadFleet } from "../../fleet/load";
import {
  goodFiles,
  goodService,
  goodTenant,
  makeFolder,
  removeFolders,
  toText,
} from "../fixtures/fleet/fleet-folder";
import { refusedNames } from "../support/aws-names";
import { everyOptionFleet } from "../support/every-option-fleet";
import { exampleFleet } from "../support/fleets";
import { asText } from "../support/json";
import { synth } from "../support/synth";

afterEach(removeFolders);

const listenerArn =
  "arn:aws:elasticloadbalancing:eu-west-1:222222222222:listener/app/public/0123456789abcdef/0123456789abcdef";
const loadBalancer = {
  securityGroupId: "sg-0a1b2c3d4e5f60001",
  listenerArn,
  priority: 1,
  hosts: ["a.example"],
};

test("the longest names that the schema allows stay within every limit and apart", () => {
  const tenant = "t".repeat(MAX_TENANT_NAME);
  const stem = "s".repeat(MAX_SERVICE_NAME - 1);
  const services = ["a", "b"].map((end, index) => ({
    ...goodService(),
    name: stem + end,
    loadBalancer: { ...loadBalancer, priority: index + 1 },
    traces: { sampling: { xrayRemote: true } },
    exports: { emf: { namespace: "t" } },
  }));
  const alerts = { slackSecretArn: "arn:aws:secretsmanager:eu-west-1:222222222222:secret:slack-AbCdEf" };
  const text = toText({ ...goodTenant(tenant, "333333333333"), isolation: "dedicated", services, alerts });
  const own = text.replaceAll(":222222222222:", ":333333333333:");
  const fleet = loadFleet(makeFolder({ ...goodFiles(), [`tenants/${tenant}.json`]: own }));
  const names = [...generatedNames(fleet.central, fleet.tenants)];
  expect(names.filter(({ name, limit }) => name.length > limit)).toEqual([]);
  expect(new Set(names.map(({ kind }) => kind))).toEqual(
    new Set([
      ...["role", "workspace", "log group", "cluster", "topic", "parameter", "event rule"],
      ...["task family", "security group", "target group", "X-Ray group", "sampling rule"],
    ]),
  );
  const places = names.map(({ accountId, kind, name }) => `${accountId} ${kind} ${name.toLowerCase()}`);
  expect(new Set(places).size).toBe(names.length);
});

test("a name past AWS's limit and names that meet in one account are told at the tenant", () => {
  const { view } = readFleet(makeFolder(goodFiles()));
  const [acme] = view.tenants;
  if (!acme) throw new Error("the good fleet has a tenant");
  const long = "l".repeat(LIMITS.iamRole);
  const dedicated = { ...acme, whole: undefined, isolation: "dedicated" } as const;
  const tenants = [
    { ...dedicated, name: "a", accountId: "333333333333" },
    { ...dedicated, name: "A-queries", accountId: "444444444444" },
    { ...acme, whole: undefined, name: long, accountId: "555555555555" },
  ];
  expect(generatedNamesWork({ ...view, tenants }).map(formatProblem)).toEqual([
    'tenants/acme.json:2:11 /name makes the log group name "/aws/vendedlogs/prometheus/tenantscope-A-queries", which tenant "a" makes too (got "A-queries"), choose another name for the tenant or the service',
    `tenants/acme.json:2:11 /name makes the role name "tenantscope-writer-${long}" of 83 characters; AWS allows 64 (got "${long}"), choose another name for the tenant or the service`,
    `tenants/acme.json:2:11 /name makes the role name "tenantscope-${long}-grafana" of 84 characters; AWS allows 64 (got "${long}"), choose another name for the tenant or the service`,
  ]);
});

test.each([
  ["the example", exampleFleet()],
  ["every option", everyOptionFleet({ type: "local" })],
])(
  "%s: every name is one that AWS takes, and every role of the tenants' stacks has a generated one",
  (_, fleet) => {
    const known = new Set(
      [...generatedNames(fleet.central, fleet.tenants)]
        .filter(({ kind }) => kind === "role")
        .map(({ accountId, name }) => `${accountId} ${name}`),
    );
    const { stacks } = synth(fleet);
    // That fleet's tags are hostile, and no manifest's.
    expect(stacks.flatMap(refusedNames).filter((refused) => !refused.includes(" note="))).toEqual([]);
    const made = stacks
      .filter(({ name }) => name.startsWith("tenant-"))
      .flatMap((stack) =>
        Object.values(stack.resource("aws_iam_role")).map(
          (attributes) => `${stack.account({ attributes }).accountId} ${asText(attributes.name)}`,
        ),
      );
    expect(made.length).toBeGreaterThan(10);
    // Jaeger's are its module's own: they differ from all of these, and no tenant's name is too long for them.
    const jaegers = /^\d+ tenantscope-(exec-)?jaeger-query-/;
    expect(made.filter((name) => !known.has(name) && !jaegers.test(name))).toEqual([]);
  },
);
