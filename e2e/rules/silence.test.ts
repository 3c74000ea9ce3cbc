import { installTools } from "../tools/tools";
import { testRules, type FiringAlert } from "./promtool";
import { rulesOf, seriesOf, type TaskName } from "./rules-fleet";
import { flat, nothing, taskSeries, type Phase } from "./series";

const { promtool } = installTools();

const tenantSilent = (tenant: string): FiringAlert => ({
  alertname: "TenantSilent",
  severity: "critical",
  tenant,
});
const serviceSilent = (tenant: string, service: string): FiringAlert => ({
  alertname: "ServiceSilent",
  severity: "critical",
  tenant,
  service,
});
const everybody: readonly TaskName[] = [
  "acme/orders/1",
  "globex/checkout/1",
  "globex/checkout/2",
  "globex/catalog/1",
  "initech/reports/1",
];
/** Well for an hour, then gone. */
const gone: readonly Phase[] = [{ minutes: 60 }];

test("a fleet in which all is well, with a suspended tenant, is quiet", () => {
  const recorded = {
    "tenant:silent:bool": {
      'tenant:silent:bool{tenant="acme"}': 0,
      'tenant:silent:bool{tenant="globex"}': 0,
      'tenant:silent:bool{tenant="initech"}': 0,
    },
    "tenant:expected_services:count": {
      'tenant:expected_services:count{tenant="acme"}': 1,
      'tenant:expected_services:count{tenant="globex"}': 2,
      'tenant:expected_services:count{tenant="initech"}': 1,
    },
    // The service that the manifest knows, whatever the application calls itself.
    "tenant_service:http_requests:rate5m": {
      'tenant_service:http_requests:rate5m{tenant="acme", service="orders"}': 1,
      'tenant_service:http_requests:rate5m{tenant="globex", service="catalog"}': 1,
      'tenant_service:http_requests:rate5m{tenant="globex", service="checkout"}': 2,
      'tenant_service:http_requests:rate5m{tenant="initech", service="reports"}': 1,
    },
    "tenant_service:tasks:count": {
      'tenant_service:tasks:count{tenant="acme", service="orders"}': 1,
      'tenant_service:tasks:count{tenant="globex", service="catalog"}': 1,
      'tenant_service:tasks:count{tenant="globex", service="checkout"}': 2,
      'tenant_service:tasks:count{tenant="initech", service="reports"}': 1,
    },
  };
  testRules(promtool, rulesOf(), seriesOf(121), [
    { minute: 30, firing: [] },
    { minute: 120, firing: [], values: recorded },
  ]);
});

test("a fleet without a tenant is quiet, and its rules are evaluated", () => {
  const { fleet } = rulesOf();
  if (fleet === undefined) throw new Error("no rules of the fleet");
  testRules(
    promtool,
    { fleet },
    [],
    [
      {
        minute: 120,
        firing: [],
        values: {
          "fleet:rules_evaluated:bool": { "fleet:rules_evaluated:bool{}": 1 },
          "fleet:silent_tenants:ratio": {},
          "tenant:expected_services:count": {},
        },
      },
    ],
  );
});

test("a tenant falls silent: said after twenty minutes, for it alone", () => {
  const minutes = 121;
  testRules(promtool, rulesOf(), seriesOf(minutes, { "acme/orders/1": gone }), [
    { minute: 78, firing: [] },
    {
      minute: 80,
      firing: [serviceSilent("acme", "orders"), tenantSilent("acme")],
      annotations: {
        alert: tenantSilent("acme"),
        texts: {
          summary: "Nothing is heard of acme",
          description: "No sidecar of any of its services has sent a sample for at least ten minutes.",
          runbook_url: "https://runbooks.example/TenantSilent.md",
        },
      },
    },
    { minute: 120, firing: [serviceSilent("acme", "orders"), tenantSilent("acme")] },
  ]);
});

test("one of two services falls silent: that service, and not the tenant", () => {
  testRules(promtool, rulesOf(), seriesOf(91, { "globex/catalog/1": gone }), [
    {
      minute: 90,
      firing: [serviceSilent("globex", "catalog")],
      annotations: {
        alert: serviceSilent("globex", "catalog"),
        texts: {
          summary: "Nothing is heard of catalog",
          description: "It should run, and no sidecar of it has sent a sample for at least ten minutes.",
          runbook_url: "https://runbooks.example/ServiceSilent.md",
        },
      },
    },
  ]);
});

test("one of two tasks ends: nobody is told", () => {
  testRules(promtool, rulesOf(), seriesOf(121, { "globex/checkout/2": gone }), [{ minute: 120, firing: [] }]);
});

test("a tenant that was never heard is silent as well, after half an hour", () => {
  testRules(promtool, rulesOf(), seriesOf(41, { "initech/reports/1": [] }), [
    { minute: 12, firing: [] },
    { minute: 29, firing: [] },
    { minute: 31, firing: [serviceSilent("initech", "reports"), tenantSilent("initech")] },
  ]);
});

test("a service that was never heard is silent after half an hour, and its tenant is not", () => {
  testRules(promtool, rulesOf(), seriesOf(41, { "globex/catalog/1": [] }), [
    { minute: 29, firing: [] },
    { minute: 31, firing: [serviceSilent("globex", "catalog")] },
  ]);
});

test("a tenant whose services take their time to start is not told", () => {
  const late = taskSeries({
    tenant: "initech",
    service: "reports",
    id: "late",
    after: 25,
    phases: [{ minutes: 36 }],
  });
  testRules(
    promtool,
    rulesOf(),
    [...seriesOf(61, { "initech/reports/1": [] }), ...late],
    [12, 20, 24, 26, 31, 40, 60].map((minute) => ({ minute, firing: [] })),
  );
});

test("many tenants that were just declared are no alert of the fleet", () => {
  const all = Object.fromEntries(everybody.map((name) => [name, []]));
  const fleet: FiringAlert = { alertname: "ManyTenantsSilent", severity: "critical" };
  testRules(promtool, rulesOf(), seriesOf(41, all), [
    ...[6, 12, 24].map((minute) => ({ minute, firing: [] })),
    { minute: 27, firing: [fleet] },
  ]);
});

test("a tenant that comes back is silent no more", () => {
  const back = [...gone, { minutes: 30 }];
  const [first, ...rest] = seriesOf(121, { "acme/orders/1": back });
  if (first === undefined) throw new Error("no series");
  // Its one heartbeat with a gap: what the rules look at.
  const heartbeat = { ...first, values: [flat(1, 60), nothing(25), flat(1, 36)].join(" ") };
  testRules(
    promtool,
    rulesOf(),
    [heartbeat, ...rest],
    [
      { minute: 82, firing: [serviceSilent("acme", "orders"), tenantSilent("acme")] },
      { minute: 86, firing: [] },
    ],
  );
});

test("a tenant that is suspended or leaves is silent without an alert, and burns without one", () => {
  for (const lifecycle of ["suspended", "offboarding"] as const) {
    const rules = rulesOf({ acme: { lifecycle } });
    testRules(promtool, rules, seriesOf(121, { "acme/orders/1": gone }), [{ minute: 120, firing: [] }]);
    const burning = [{ minutes: 121, failures: 60, cpu: 1, memory: 1, queue: 2000, refused: 9, seconds: 3 }];
    testRules(promtool, rules, seriesOf(121, { "acme/orders/1": burning }), [{ minute: 120, firing: [] }]);
  }
});

test("many tenants at once are one alert of the fleet, before any of their own", () => {
  const all = Object.fromEntries(everybody.map((name) => [name, gone]));
  const fleet: FiringAlert = { alertname: "ManyTenantsSilent", severity: "critical" };
  testRules(promtool, rulesOf(), seriesOf(121, all), [
    {
      minute: 76,
      firing: [fleet],
      annotations: {
        alert: fleet,
        texts: {
          summary: "Many tenants are silent at once",
          description: "Nothing is heard of 100% of the tenants: look for one cause on our side.",
          runbook_url: "https://runbooks.example/ManyTenantsSilent.md",
        },
      },
    },
    {
      minute: 82,
      firing: [
        fleet,
        ...["acme", "globex", "initech"].map(tenantSilent),
        serviceSilent("acme", "orders"),
        serviceSilent("globex", "catalog"),
        serviceSilent("globex", "checkout"),
        serviceSilent("initech", "reports"),
      ],
    },
  ]);
});

test("two silent tenants of three are not the fleet", () => {
  const two = { "acme/orders/1": gone, "initech/reports/1": gone };
  testRules(promtool, rulesOf(), seriesOf(121, two), [
    {
      minute: 120,
      firing: [
        ...["acme", "initech"].map(tenantSilent),
        serviceSilent("acme", "orders"),
        serviceSilent("initech", "reports"),
      ],
    },
  ]);
});

test("series that say they are a tenant's that nobody knows wake nobody", () => {
  const phases = [{ minutes: 61, failures: 60, cpu: 1, memory: 1, queue: 2000, refused: 9, seconds: 3 }];
  const stranger = taskSeries({ tenant: "stranger", service: "x", id: "x", phases });
  testRules(promtool, rulesOf(), [...seriesOf(61), ...stranger], [{ minute: 60, firing: [] }]);
});
