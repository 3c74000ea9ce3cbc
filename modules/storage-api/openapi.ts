import { gatewayResponses, type GatewayResponses } from "../ingest/gateway-responses";
import { STORAGE_METHODS, storagePath, type StorageMethod } from "./routes";

/** The function behind the API. */
export interface StorageTarget {
  readonly region: string;
  /** ARN or Terraform reference. */
  readonly functionArn: string;
}

interface Integration {
  readonly type: "aws_proxy";
  readonly httpMethod: "POST";
  readonly uri: string;
  readonly responseTransferMode: "STREAM";
  readonly passthroughBehavior: "when_no_match";
  readonly timeoutInMillis: number;
}

interface Operation {
  readonly operationId: string;
  readonly description: string;
  readonly parameters: readonly object[];
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly "x-amazon-apigateway-auth": { readonly type: "AWS_IAM" };
  readonly "x-amazon-apigateway-integration": Integration;
}

/** An OpenAPI 3 document as far as this API needs it, with API Gateway's extensions. */
export interface StorageDocument {
  readonly openapi: "3.0.1";
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly securitySchemes: Readonly<Record<string, Readonly<Record<string, string>>>>;
  };
  readonly "x-amazon-apigateway-binary-media-types": readonly string[];
  readonly "x-amazon-apigateway-gateway-responses": GatewayResponses;
}

/**
 * For a whole answer, in seconds. Streams may take longer than the 29 s that API Gateway gives other integrations; the
 * function begins to answer within those. It is the function's timeout as well.
 */
export const STORAGE_TIMEOUT_SECONDS = 60;

/** `{proxy+}` takes everything below the owner but nothing at all, which therefore has a path of its own. */
const RESOURCES = {
  root: { path: storagePath("{owner}"), parameters: ["owner"] },
  operation: { path: storagePath("{owner}/{proxy+}"), parameters: ["owner", "proxy"] },
} as const;

/**
 * Where API Gateway calls the function so that it can stream: another version of Lambda's API and another operation than
 * without. The right to either is `lambda:InvokeFunction`.
 */
const streamingUri = ({ region, functionArn }: StorageTarget): string =>
  `arn:aws:apigateway:${region}:lambda:path/2021-11-15/functions/${functionArn}/response-streaming-invocations`;

function operation(
  name: string,
  method: StorageMethod,
  parameters: readonly string[],
  target: StorageTarget,
): Operation {
  return {
    operationId: `${method.toLowerCase()}-${name}`,
    description: "A request of Jaeger's to OpenSearch, in one owner's indices",
    parameters: parameters.map((parameter) => ({
      name: parameter,
      in: "path",
      required: true,
      schema: { type: "string" },
    })),
    responses: { "200": { description: "OpenSearch's answer" } },
    security: [{ sigv4: [] }],
    "x-amazon-apigateway-auth": { type: "AWS_IAM" },
    "x-amazon-apigateway-integration": {
      type: "aws_proxy",
      httpMethod: "POST",
      uri: streamingUri(target),
      responseTransferMode: "STREAM",
      passthroughBehavior: "when_no_match",
      timeoutInMillis: STORAGE_TIMEOUT_SECONDS * 1000,
    },
  };
}

/** Answers of API Gateway itself in the shape of OpenSearch's, whose client reads them. */
const ANSWERS = gatewayResponses({
  api: "storage API",
  behind: "storage proxy",
  // The event has 6 MB, and the body in base64.
  tooLarge: "the body, as it is sent, is larger than about 4.4 MB: send smaller bulks",
  body: (status, message) =>
    `{"error":{"type":"api_gateway_exception","reason":${message},"request_id":"$context.requestId"},"status":${status}}`,
});

/**
 * The storage API: what Jaeger's client of OpenSearch asks, below one path for each owner, each request signed. The
 * owner is the segment that IAM decides on; the function reads it there and nowhere else.
 */
export function storageDocument(target: StorageTarget): StorageDocument {
  return {
    openapi: "3.0.1",
    info: { title: "tenantscope storage", version: "1" },
    paths: Object.fromEntries(
      Object.entries(RESOURCES).map(([name, { path, parameters }]) => [
        path,
        Object.fromEntries(
          STORAGE_METHODS.map((method) => [
            method.toLowerCase(),
            operation(name, method, parameters, target),
          ]),
        ),
      ]),
    ),
    components: {
      securitySchemes: {
        sigv4: {
          type: "apiKey",
          name: "Authorization",
          in: "header",
          "x-amazon-apigateway-authtype": "awsSigv4",
        },
      },
    },
    // Bodies may be compressed: API Gateway must not read them as text. The function gets them in base64.
    "x-amazon-apigateway-binary-media-types": ["*/*"],
    "x-amazon-apigateway-gateway-responses": ANSWERS,
  };
}
