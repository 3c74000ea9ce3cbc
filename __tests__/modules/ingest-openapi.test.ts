import { GATEWAY_RESPONSES } from "../../modules/ingest/gateway-responses";
import { ingestDocument } from "../../modules/ingest/openapi";
import { asObject, objects, walk, type Json, type JsonObject } from "../support/json";

const TARGET = { vpcLinkId: "abc123", baseUrl: "http://gateway.elb.internal:8080" };
const text = JSON.stringify(ingestDocument(TARGET));
const document = asObject(JSON.parse(text) as Json);
const paths = asObject(document["paths"]);
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(asObject(methods)).map(([method, operation]) => ({
    path,
    method,
    operation: asObject(operation),
  })),
);

test("has exactly these parts: no policy, no compression, no API-wide override", () => {
  expect(Object.keys(document)).toEqual([
    "openapi",
    "info",
    "paths",
    "components",
    "x-amazon-apigateway-binary-media-types",
    "x-amazon-apigateway-gateway-responses",
  ]);
  expect(document["openapi"]).toBe("3.0.1");
});

test("has exactly two methods", () => {
  expect(operations.map(({ path, method }) => [method, path])).toEqual([
    ["post", "/t/{tenant}/otlp/v1/logs"],
    ["post", "/t/{tenant}/v1/traces"],
  ]);
});

test.each(operations.map((each) => [each.path, each.operation] as const))(
  "%s is signed",
  (_path, operation) => {
    expect(operation["security"]).toEqual([{ sigv4: [] }]);
    expect(operation["x-amazon-apigateway-auth"]).toEqual({ type: "AWS_IAM" });
    expect(asObject(document["components"])).toEqual({
      securitySchemes: {
        sigv4: {
          type: "apiKey",
          name: "Authorization",
          in: "header",
          "x-amazon-apigateway-authtype": "awsSigv4",
        },
      },
    });
  },
);

test.each(operations.map((each) => [each.path, each.operation] as const))(
  "%s goes through the VPC link under the same path, with the tenant as it was signed",
  (path, operation) => {
    expect(operation["x-amazon-apigateway-integration"]).toEqual({
      type: "http_proxy",
      httpMethod: "POST",
      connectionType: "VPC_LINK",
      connectionId: "abc123",
      uri: `http://gateway.elb.internal:8080${path}`,
      requestParameters: { "integration.request.path.tenant": "method.request.path.tenant" },
      passthroughBehavior: "when_no_match",
      timeoutInMillis: 29_000,
    });
    expect(objects(operation["parameters"])).toEqual([
      { name: "tenant", in: "path", required: true, schema: { type: "string" } },
    ]);
  },
);

test("every body is binary", () => {
  expect(document["x-amazon-apigateway-binary-media-types"]).toEqual(["*/*"]);
  expect(text).not.toContain("minimum-compression-size");
});

describe("answers of API Gateway itself", () => {
  const responses = asObject(document["x-amazon-apigateway-gateway-responses"]);

  test("exactly these, with statuses on which collectors do the right thing", () => {
    const shown = Object.entries(responses).map(([type, response]) => {
      const { statusCode, responseParameters } = asObject(response);
      return [type, statusCode, responseParameters ?? {}];
    });
    const retryAfter = (seconds: number): JsonObject => ({
      "gatewayresponse.header.Retry-After": `'${seconds}'`,
    });
    expect(shown).toEqual([
      ["ACCESS_DENIED", 403, {}],
      ["EXPIRED_TOKEN", 403, {}],
      ["INVALID_SIGNATURE", 403, {}],
      ["MISSING_AUTHENTICATION_TOKEN", 403, {}],
      ["REQUEST_TOO_LARGE", 413, {}],
      ["THROTTLED", 429, retryAfter(1)],
      ["INTEGRATION_FAILURE", 503, retryAfter(5)],
      ["INTEGRATION_TIMEOUT", 504, {}],
      ["DEFAULT_5XX", 503, retryAfter(5)],
    ]);
  });

  test.each(Object.entries(GATEWAY_RESPONSES))(
    "%s is JSON once its variables are filled in",
    (_type, response) => {
      expect(Object.keys(response.responseTemplates)).toEqual(["application/json"]);
      const filled = (response.responseTemplates["application/json"] ?? "")
        .replace("$context.error.messageString", '"said \\"so\\""')
        .replace("$context.requestId", "id");
      expect(filled).not.toContain("$");
      expect(JSON.parse(filled)).toEqual({
        status: response.statusCode,
        message: expect.stringMatching(/./) as string,
        requestId: "id",
      });
    },
  );
});

test("what is too large is said as this API has it", () => {
  const responses = asObject(document["x-amazon-apigateway-gateway-responses"]);
  const { responseTemplates } = asObject(responses["REQUEST_TOO_LARGE"]);
  expect(asObject(responseTemplates)["application/json"]).toBe(
    '{"status":413,"message":"the body is larger than 10 MB, send smaller batches","requestId":"$context.requestId"}',
  );
});

test("the text is the same every time and nothing in it starts an interpolation", () => {
  expect(JSON.stringify(ingestDocument(TARGET))).toBe(text);
  const strings = [...walk(document)].flatMap(({ value }) => (typeof value === "string" ? [value] : []));
  expect(strings.filter((each) => /\$\{|%\{|TfToken/.test(each))).toEqual([]);
});
