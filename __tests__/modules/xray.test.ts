import { rulePriority, tenantXray } from "../../modules/xray/xray";
import { census } from "../support/census";
import { managed, SIDECAR, tenant } from "../support/fleet-parts";
import { alone } from "../support/module-stack";

const traced = (name: string, sampling: Partial<typeof SIDECAR.traces.sampling> = {}) =>
  managed(name, { traces: { ...SIDECAR.traces, sampling: { ...SIDECAR.traces.sampling, ...sampling } } });
const untraced = managed("batch", { traces: { ...SIDECAR.traces, destinations: ["jaeger"] } });
const stackOf = (...services: ReturnType<typeof managed>[]) =>
  alone((scope) => {
    tenantXray(scope, tenant({ name: "acme", accountId: "222222222222", services }));
  }).stack;

test("a group of the tenant's traces, by what the sidecar writes to every span", () => {
  const stack = stackOf(traced("orders"), untraced);
  expect(census(stack)).toEqual({ aws_xray_group: 1 });
  expect(Object.values(stack.resource("aws_xray_group"))).toEqual([
    {
      group_name: "tenantscope-acme",
      filter_expression: 'annotation.tenant = "acme"',
      insights_configuration: { insights_enabled: false, notifications_enabled: false },
    },
  ]);
});

test("a rule for each service whose SDKs ask for one, with the manifest's share", () => {
  const stack = stackOf(
    traced("orders", { xrayRemote: true, ratio: 0.25 } as never),
    traced("checkout", { xrayRemote: true } as never),
    traced("mailer"),
  );
  expect(census(stack)).toEqual({ aws_xray_group: 1, aws_xray_sampling_rule: 2 });
  expect(Object.values(stack.resource("aws_xray_sampling_rule"))).toEqual([
    expect.objectContaining({ rule_name: "ts-acme-checkout", fixed_rate: 1, service_name: "checkout" }),
    {
      rule_name: "ts-acme-orders",
      priority: rulePriority("orders"),
      version: 1,
      reservoir_size: 1,
      fixed_rate: 0.25,
      service_name: "orders",
      service_type: "*",
      host: "*",
      http_method: "*",
      url_path: "*",
      resource_arn: "*",
    },
  ]);
});

test("another service changes no rule of the others", () => {
  const rule = (...services: ReturnType<typeof managed>[]) =>
    stackOf(...services).resource("aws_xray_sampling_rule")["xray-sampling-orders"];
  const orders = traced("orders", { xrayRemote: true } as never);
  expect(rule(traced("alpha", { xrayRemote: true } as never), orders)).toEqual(rule(orders));
  expect(rule(orders)).toBeDefined();
});

test("nothing when no service sends traces to X-Ray", () => {
  expect(census(stackOf(untraced))).toEqual({});
});

test.each(["orders", "a", "a-very-long-service-name"])(
  "the priority of %s is one that X-Ray takes",
  (name) => {
    expect(rulePriority(name)).toBeGreaterThanOrEqual(1);
    expect(rulePriority(name)).toBeLessThan(9999);
  },
);
