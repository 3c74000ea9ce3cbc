import { createHash } from "node:crypto";
import { asObject, asText, objects, shown, type Json, type JsonObject } from "../../support/json";
import type { Block } from "../../support/synth";
import { interpolations, referredBlock } from "../../support/terraform";
import { forStacks, type Rule } from "./rule";

/** What one API consists of; whatever else API Gateway has would be a way in that these rules do not look at. */
const API_TYPES = [
  "aws_api_gateway_account",
  "aws_api_gateway_deployment",
  "aws_api_gateway_method_settings",
  "aws_api_gateway_rest_api",
  "aws_api_gateway_stage",
  "aws_api_gateway_vpc_link",
];

const METHODS = ["post /t/{tenant}/otlp/v1/logs", "post /t/{tenant}/v1/traces"];

const hash = (text: Json | undefined): string => createHash("sha256").update(asText(text)).digest("hex");

export const onlyTheIngestApi = forStacks(
  "the central stack has one API, no other stack has any",
  (stack) => {
    const found = stack.blocks
      .map(({ type }) => type)
      .filter((type) => /^aws_(api_?gateway|apigatewayv2)/.test(type));
    const expected = stack.name === "central" ? API_TYPES : [];
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
    ...(JSON.stringify(found.map(([name]) => name)) === JSON.stringify(METHODS)
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
        ...(integration.connectionType === "VPC_LINK" ? [] : [`${name} leaves the VPC`]),
      ];
    }),
    ...("x-amazon-apigateway-policy" in document ? ["a second policy in the document"] : []),
  ];
}

export const everyMethodIsSigned = forStacks(
  "every method of the API takes signed requests only, and sends them through the VPC link",
  (stack) =>
    stack.blocks
      .filter(({ type }) => type === "aws_api_gateway_rest_api")
      .flatMap((api) => documentViolations(api).map((text) => `${api.address}: ${text}`)),
);

export const exposureIsTheManifests = forStacks(
  "the API is private unless central.json says otherwise",
  (stack, { fleet }) =>
    Object.entries(stack.resource("aws_api_gateway_rest_api"))
      .filter(([, { endpoint_configuration: endpoints }]) => {
        const wanted = fleet.central.ingest.exposure === "private" ? "PRIVATE" : "REGIONAL";
        return JSON.stringify(endpoints) !== JSON.stringify({ types: [wanted] });
      })
      .map(([id, { endpoint_configuration: endpoints }]) => `${id}: ${shown(endpoints)}`),
);

export const apiIsForWritersOnly = forStacks(
  "the API's policy admits writer roles of the central account and nobody else",
  (stack, { fleet: { central } }) =>
    Object.entries(stack.resource("aws_api_gateway_rest_api")).flatMap(([id, { policy }]) => {
      const writers = {
        "aws:PrincipalArn": `arn:aws:iam::${central.accountId}:role/tenantscope/tenantscope-writer-*`,
      };
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
