import { createHash } from "node:crypto";
import { hasStore } from "../../support/fleet-parts";
import { asObject, asText, list, objects, shown, type Json, type JsonObject } from "../../support/json";
import type { Block, Stack } from "../../support/synth";
import { interpolations, referredBlock } from "../../support/terraform";
import { forStacks, type Rule } from "./rule";

/** What an API consists of; whatever else API Gateway has would be a way in that these rules do not look at. */
const API_TYPES = [
  "aws_api_gateway_deployment",
  "aws_api_gateway_method_settings",
  "aws_api_gateway_rest_api",
  "aws_api_gateway_stage",
];

const DOMAIN_TYPES = ["aws_api_gateway_base_path_mapping", "aws_api_gateway_domain_name"];

/** What every request of an API becomes, and who may come in at all. */
interface ExpectedApi {
  readonly methods: readonly string[];
  readonly integration: Readonly<Record<string, string>>;
  readonly callers: readonly string[];
}

const APIS: Readonly<Record<string, ExpectedApi>> = {
  "tenantscope-ingest": {
    methods: ["post /t/{tenant}/otlp/v1/logs", "post /t/{tenant}/v1/traces"],
    integration: { type: "http_proxy", connectionType: "VPC_LINK" },
    callers: ["writer-*"],
  },
  "tenantscope-storage": {
    methods: ["/s/{owner}", "/s/{owner}/{proxy+}"].flatMap((path) =>
      ["get", "head", "post", "put"].map((method) => `${method} ${path}`),
    ),
    integration: { type: "aws_proxy" },
    callers: ["jaeger-collector", "jaeger-query", "jaeger-query-*", "writer-*"],
  },
};

const expectedApi = ({ name }: JsonObject): ExpectedApi => {
  const expected = APIS[asText(name)];
  if (expected === undefined) throw new Error(`no API is called ${asText(name)}`);
  return expected;
};

const hash = (text: Json | undefined): string => createHash("sha256").update(asText(text)).digest("hex");

export const onlyTheIngestApi = forStacks(
  "the central stack has two APIs and the domain of the manifest, no other stack has any",
  (stack, { fleet: { central, tenants } }) => {
    const found = stack.blocks
      .map(({ type }) => type)
      .filter((type) => /^aws_(api_?gateway|apigatewayv2)/.test(type));
    const { domain, exposure, manageAccountLogging } = central.ingest;
    const mapped = exposure === "private" ? 2 : 1;
    const ofCentral = [
      ...[...API_TYPES, ...API_TYPES, "aws_api_gateway_vpc_link"],
      ...(manageAccountLogging ? ["aws_api_gateway_account"] : []),
      ...(domain === undefined ? [] : [...DOMAIN_TYPES, ...DOMAIN_TYPES.slice(0, mapped - 1)]),
    ];
    const tenant = tenants.find(({ name }) => stack.name === `tenant-${name}`);
    const enters = domain !== undefined && tenant !== undefined && hasStore(tenant);
    const ofTenant = enters ? ["aws_api_gateway_domain_name_access_association"] : [];
    const expected = stack.name === "central" ? ofCentral.sort() : ofTenant;
    return JSON.stringify(found.sort()) === JSON.stringify(expected) ? [] : [`has ${found.join(", ")}`];
  },
);

/** Every operation of an API's document as `method /path`. */
const operations = (document: JsonObject): (readonly [string, JsonObject])[] =>
  Object.entries(asObject(document.paths)).flatMap(([path, methods]) =>
    Object.entries(asObject(methods)).map(([method, each]) => [`${method} ${path}`, asObject(each)] as const),
  );

function documentViolations(api: Block): string[] {
  const document = asObject(JSON.parse(asText(api.attributes.body)) as Json);
  const found = operations(document);
  const { methods, integration: wanted } = expectedApi(api.attributes);
  const schemes = JSON.stringify(asObject(document.components).securitySchemes);
  const wantedSchemes = JSON.stringify({
    sigv4: {
      type: "apiKey",
      name: "Authorization",
      in: "header",
      "x-amazon-apigateway-authtype": "awsSigv4",
    },
  });
  return [
    ...(JSON.stringify(found.map(([name]) => name)) === JSON.stringify(methods)
      ? []
      : [`methods ${found.map(([name]) => name).join(", ")}`]),
    ...(schemes === wantedSchemes ? [] : [`security schemes ${schemes}`]),
    ...found.flatMap(([name, operation]) => {
      const integration = asObject(operation["x-amazon-apigateway-integration"]);
      return [
        ...(JSON.stringify(operation.security) === '[{"sigv4":[]}]' &&
        JSON.stringify(operation["x-amazon-apigateway-auth"]) === '{"type":"AWS_IAM"}'
          ? []
          : [`${name} takes unsigned requests`]),
        ...Object.entries(wanted)
          .filter(([key, value]) => integration[key] !== value)
          .map(([key]) => `${name} goes elsewhere: ${key} ${shown(integration[key])}`),
      ];
    }),
    ...("x-amazon-apigateway-policy" in document ? ["a second policy in the document"] : []),
  ];
}

export const everyMethodIsSigned = forStacks(
  "every method of an API takes signed requests only, and sends them where its kind does",
  (stack) =>
    stack.blocks
      .filter(({ type }) => type === "aws_api_gateway_rest_api")
      .flatMap((api) => documentViolations(api).map((text) => `${api.address}: ${text}`)),
);

export const exposureIsTheManifests = forStacks(
  "the API is private unless central.json says otherwise",
  (stack, { fleet }) =>
    Object.entries(stack.resource("aws_api_gateway_rest_api"))
      .filter(([, { name, endpoint_configuration: endpoints }]) => {
        // The storage is never asked from elsewhere; the endpoint gives it a name without a header.
        if (name === "tenantscope-storage") return !isPrivateByEndpoint(stack, endpoints);
        const wanted = fleet.central.ingest.exposure === "private" ? "PRIVATE" : "REGIONAL";
        return JSON.stringify(endpoints) !== JSON.stringify({ types: [wanted] });
      })
      .map(([id, { endpoint_configuration: endpoints }]) => `${id}: ${shown(endpoints)}`),
);

function isPrivateByEndpoint(stack: Stack, value: Json | undefined): boolean {
  const [{ types, vpc_endpoint_ids: ids } = {}, ...others] = objects(value);
  const [expression = ""] = interpolations(shown(list(ids)[0]));
  return (
    others.length === 0 &&
    JSON.stringify(types) === '["PRIVATE"]' &&
    list(ids).length === 1 &&
    referredBlock(stack, expression)?.block.id.startsWith("network_endpoint-execute-api") === true
  );
}

export const apiIsForWritersOnly = forStacks(
  "an API's policy admits the roles of the central account that it is for, and nobody else",
  (stack, { fleet: { central } }) =>
    Object.entries(stack.resource("aws_api_gateway_rest_api")).flatMap(([id, { name, policy }]) => {
      const callers = expectedApi({ name: name ?? "" }).callers.map(
        (role) => `arn:aws:iam::${central.accountId}:role/tenantscope/tenantscope-${role}`,
      );
      const writers = { "aws:PrincipalArn": callers.length === 1 ? callers[0] : callers };
      const longer = callers.flatMap((caller) => (caller.endsWith("*") ? [`${caller}/*`] : []));
      const found = objects(asObject(JSON.parse(asText(policy)) as Json).Statement).map(
        ({ Effect, Principal, Action, Condition }) => JSON.stringify([Effect, Principal, Action, Condition]),
      );
      const wanted = [
        [
          "Allow",
          { AWS: `arn:aws:iam::${central.accountId}:root` },
          "execute-api:Invoke",
          { ArnLike: writers },
        ],
        ["Deny", { AWS: "*" }, "execute-api:Invoke", { ArnNotLike: writers }],
        ["Deny", { AWS: "*" }, "execute-api:Invoke", { ArnLike: { "aws:PrincipalArn": longer } }],
      ].map((each) => JSON.stringify(each));
      return JSON.stringify(found) === JSON.stringify(wanted) ? [] : [`${id}: ${found.join(" and ")}`];
    }),
);

/** A stage serves a snapshot: a policy that is not deployed protects nothing. */
export const apiIsDeployedAnew = forStacks(
  "a change of the API's document, policy or target makes a new deployment",
  (stack) =>
    Object.entries(stack.resource("aws_api_gateway_deployment")).flatMap(([id, deployment]) => {
      const [expression = ""] = interpolations(asText(deployment.rest_api_id));
      const api = referredBlock(stack, expression)?.block.attributes;
      const triggers = asObject(deployment.triggers);
      return [
        ...(triggers.document === hash(api?.body) ? [] : [`${id}: the document`]),
        ...(triggers.policy === hash(api?.policy) ? [] : [`${id}: the policy`]),
        // What the document refers to is known to Terraform alone.
        ...interpolations(asText(api?.body))
          .filter((each) => !JSON.stringify(triggers).includes(`\${${each}}`))
          .map((each) => `${id}: ${each}`),
      ];
    }),
);

export const accessIsLogged = forStacks("the API's access is logged, bodies and headers are not", (stack) => [
  ...Object.entries(stack.resource("aws_api_gateway_stage"))
    .filter(([, { access_log_settings: settings }]) => {
      const [{ destination_arn: destination = "", format = "" } = {}] = objects(settings);
      const [expression = ""] = interpolations(asText(destination));
      const fields = ["caller", "path", "status"].every(
        (field) => field in asObject(JSON.parse(asText(format)) as Json),
      );
      return referredBlock(stack, expression)?.block.type !== "aws_cloudwatch_log_group" || !fields;
    })
    .map(([id]) => `aws_api_gateway_stage.${id}`),
  ...Object.entries(stack.resource("aws_api_gateway_method_settings"))
    .filter(
      ([, { settings, method_path: path }]) =>
        path !== "*/*" ||
        objects(settings).some((each) => each.data_trace_enabled !== false || each.logging_level !== "OFF"),
    )
    .map(([id]) => `aws_api_gateway_method_settings.${id}`),
]);

export const INGEST_RULES: readonly Rule[] = [
  onlyTheIngestApi,
  everyMethodIsSigned,
  exposureIsTheManifests,
  apiIsForWritersOnly,
  apiIsDeployedAnew,
  accessIsLogged,
];
