import { storageDocument } from "../../modules/storage-api/openapi";
import { asObject, asText, objects, walk, type Json } from "../support/json";

const FUNCTION = "arn:aws:lambda:eu-west-1:111111111111:function:tenantscope-storage-proxy";
const TARGET = { region: "eu-west-1", functionArn: FUNCTION };
const text = JSON.stringify(storageDocument(TARGET));
const document = asObject(JSON.parse(text) as Json);
const operations = Object.entries(asObject(document["paths"])).flatMap(([path, methods]) =>
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
  expect(document["x-amazon-apigateway-binary-media-types"]).toEqual(["*/*"]);
  expect(text).not.toContain("minimum-compression-size");
});

test("has exactly four methods at the owner and below it, and no DELETE", () => {
  expect(operations.map(({ path, method }) => `${method} ${path}`)).toEqual(
    ["/s/{owner}", "/s/{owner}/{proxy+}"].flatMap((path) =>
      ["get", "head", "post", "put"].map((method) => `${method} ${path}`),
    ),
  );
});

test("every operation has an id of its own", () => {
  const ids = operations.map(({ operation }) => operation["operationId"]);
  expect(new Set(ids).size).toBe(8);
});

test.each(operations.map(({ method, path, operation }) => [method, path, operation] as const))(
  "%s %s is signed, and streamed by the function",
  (_method, path, operation) => {
    expect(operation["security"]).toEqual([{ sigv4: [] }]);
    expect(operation["x-amazon-apigateway-auth"]).toEqual({ type: "AWS_IAM" });
    expect(operation["x-amazon-apigateway-integration"]).toEqual({
      type: "aws_proxy",
      // Of the call to Lambda.
      httpMethod: "POST",
      uri: `arn:aws:apigateway:eu-west-1:lambda:path/2021-11-15/functions/${FUNCTION}/response-streaming-invocations`,
      responseTransferMode: "STREAM",
      passthroughBehavior: "when_no_match",
      timeoutInMillis: 60_000,
    });
    const inPath = [...path.matchAll(/\{(\w+)\+?\}/g)].map(([, name]) => name);
    expect(objects(operation["parameters"])).toEqual(
      inPath.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } })),
    );
  },
);

test("signatures are API Gateway's", () => {
  expect(document["components"]).toEqual({
    securitySchemes: {
      sigv4: {
        type: "apiKey",
        name: "Authorization",
        in: "header",
        "x-amazon-apigateway-authtype": "awsSigv4",
      },
    },
  });
});

describe("answers of API Gateway itself", () => {
  const responses = Object.entries(asObject(document["x-amazon-apigateway-gateway-responses"])).map(
    ([type, response]) => [type, asObject(response)] as const,
  );

  test("exactly these, with clear statuses", () => {
    expect(responses.map(([type, { statusCode }]) => [type, statusCode])).toEqual([
      ["ACCESS_DENIED", 403],
      ["EXPIRED_TOKEN", 403],
      ["INVALID_SIGNATURE", 403],
      ["MISSING_AUTHENTICATION_TOKEN", 403],
      ["REQUEST_TOO_LARGE", 413],
      ["THROTTLED", 429],
      ["INTEGRATION_FAILURE", 503],
      ["INTEGRATION_TIMEOUT", 504],
      ["DEFAULT_5XX", 503],
    ]);
  });

  test.each(responses)("%s has OpenSearch's shape and names this API", (_type, response) => {
    const templates = asObject(response["responseTemplates"]);
    expect(Object.keys(templates)).toEqual(["application/json"]);
    const filled = asText(templates["application/json"])
      .replace("$context.error.messageString", '"said \\"so\\""')
      .replace("$context.requestId", "id");
    expect(filled).not.toMatch(/\$|ingest|gateway does not/);
    expect(JSON.parse(filled)).toEqual({
      error: {
        type: "api_gateway_exception",
        reason: expect.stringMatching(/./) as string,
        request_id: "id",
      },
      status: response["statusCode"],
    });
  });
});

test("what is too large is said as this API's function has it", () => {
  const responses = asObject(document["x-amazon-apigateway-gateway-responses"]);
  const { responseTemplates } = asObject(responses["REQUEST_TOO_LARGE"]);
  expect(asText(asObject(responseTemplates)["application/json"])).toContain(
    '"reason":"the body, as it is sent, is larger than about 4.4 MB: send smaller bulks"',
  );
  expect(text).not.toContain("10 MB");
});

test("the text is the same every time and nothing in it starts an interpolation", () => {
  expect(JSON.stringify(storageDocument(TARGET))).toBe(text);
  const strings = [...walk(document)].flatMap(({ value }) => (typeof value === "string" ? [value] : []));
  expect(strings.filter((each) => /\$\{|%\{|TfToken/.test(each))).toEqual([]);
});
