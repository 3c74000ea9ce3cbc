import fc from "fast-check";
import { routerHandler } from "../../lambda/alert-router/router";
import { alert, alertMessage, context, FakeClock, FakeNetwork, publishedIn, snsEvent } from "./alert-support";

const CENTRAL = "arn:aws:sns:eu-west-1:111111111111:tenantscope-alerts";

/** Names that are parts of each other, and what somebody could write where a name belongs. */
const TENANTS = ["acme", "acme-alerts", "acme-2", "alerts", "a1", "globex"];
const NAMES = [...TENANTS, "", "_fleet", "ACME", "acme\n", "*", "acme/../globex", "a", "tenantscope-acme"];
const topicOf = (name: string): string => `arn:aws:sns:eu-west-1:222222222222:tenantscope-${name}-alerts`;

/** The parameters as anybody who may write one could have left them: the right value, another's, or nonsense. */
const routeValue = fc.oneof(
  fc.constantFrom(...NAMES).map((name) => JSON.stringify({ topicArn: topicOf(name) })),
  fc.constantFrom(...NAMES).map((name) => JSON.stringify({ topicArn: `${topicOf("globex")}${name}` })),
  fc.constantFrom(
    "",
    "null",
    "[]",
    '{"topicArn":["x"]}',
    topicOf("globex"),
    JSON.stringify({ topicArn: CENTRAL }),
  ),
);
const parameters = fc.record(
  Object.fromEntries(
    TENANTS.map((name) => [
      name,
      fc.oneof(fc.constant(JSON.stringify({ topicArn: topicOf(name) })), routeValue, fc.constant(undefined)),
    ]),
  ),
);
const body = fc.oneof(
  fc.string(),
  fc
    .record({
      tenant: fc.constantFrom(...NAMES),
      labelled: fc.array(fc.constantFrom(...NAMES), { maxLength: 3 }),
      severity: fc.constantFrom("critical" as const, "warning" as const),
    })
    .map(({ tenant, labelled, severity }) =>
      alertMessage({ tenant, severity, alerts: labelled.map((name) => alert({ labels: { tenant: name } })) }),
    ),
);
const record = fc.record({
  attribute: fc.oneof(fc.constantFrom(...TENANTS), fc.constantFrom(...NAMES, undefined)),
  body,
});

test("whatever routes and messages say, a message reaches the topic of its own tenant or the central one, and one of them", async () => {
  let toTenants = 0;
  await fc.assert(
    fc.asyncProperty(
      parameters,
      fc.array(record, { minLength: 1, maxLength: 6 }),
      async (values, records) => {
        const network = new FakeNetwork(({ to, body: asked }) => {
          if (to.startsWith("sns")) return {};
          const { Name } = JSON.parse(asked) as { Name: string };
          const Value = Object.entries(values).find(
            ([name]) => Name === `/tenantscope/alert-routes/${name}`,
          )?.[1];
          return Value === undefined
            ? { status: 400, body: '{"__type":"ParameterNotFound"}' }
            : { body: JSON.stringify({ Parameter: { Value } }) };
        });
        // One function for all: what it remembers of one tenant must not serve another.
        const handler = routerHandler({
          settings: { region: "eu-west-1", centralTopicArn: CENTRAL, routePath: "/tenantscope/alert-routes" },
          aws: network.aws,
          clock: new FakeClock(),
          write: () => undefined,
        });
        for (const [index, { attribute, body: sent }] of records.entries()) {
          const before = network.to("sns").length;
          const attributes: Record<string, string> = attribute === undefined ? {} : { tenant: attribute };
          await handler(snsEvent(sent, attributes, { messageId: String(index) }), context);
          const topics = network
            .to("sns")
            .slice(before)
            .map((each) => publishedIn(each).topicArn);
          expect(topics.length).toBeGreaterThan(0);
          for (const topic of topics) {
            expect([CENTRAL, ...(attribute === undefined ? [] : [topicOf(attribute)])]).toContain(topic);
            if (topic === CENTRAL) continue;
            toTenants += 1;
            expect(TENANTS).toContain(attribute);
            const named =
              typeof sent === "string"
                ? []
                : [sent.tenant, ...sent.alerts.map(({ labels }) => labels["tenant"])];
            expect([attribute, "", undefined]).toEqual(expect.arrayContaining(named));
          }
        }
      },
    ),
    { numRuns: 500 },
  );
  // Else it would hold of a router that routes nothing.
  expect(toTenants).toBeGreaterThan(100);
});
