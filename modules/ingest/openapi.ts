import { GATEWAY_RESPONSES, type GatewayResponses } from "./gateway-responses";
import { ingestPath, INGEST_ROUTE_NAMES, type IngestRoute } from "./routes";

/** Where the API hands requests to; ids and names may be Terraform references. */
export interface IngestTarget {
  readonly vpcLinkId: string;
  /** `http://host:port` of the load balancer behind the VPC link. */
  readonly baseUrl: string;
}

interface Integration {
  readonly type: "http_proxy";
  readonly httpMethod: "POST";
  readonly connectionType: "VPC_LINK";
  readonly connectionId: string;
  readonly uri: string;
  readonly requestParameters: Readonly<Record<string, string>>;
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
export interface IngestDocument {
  readonly openapi: "3.0.1";
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, { readonly post: Operation }>>;
  readonly components: {
    readonly securitySchemes: Readonly<Record<string, Readonly<Record<string, string>>>>;
  };
  readonly "x-amazon-apigateway-binary-media-types": readonly string[];
  readonly "x-amazon-apigateway-gateway-responses": GatewayResponses;
}

const DESCRIPTIONS: Readonly<Record<IngestRoute, string>> = {
  logs: "OTLP/HTTP logs of one tenant",
  traces: "OTLP/HTTP traces of one tenant",
};

/** API Gateway gives an integration at most so long, unless a quota is raised. */
const TIMEOUT_MS = 29_000;

const TENANT_PARAMETER = { name: "tenant", in: "path", required: true, schema: { type: "string" } };

function operation(route: IngestRoute, target: IngestTarget): Operation {
  return {
    operationId: route,
    description: DESCRIPTIONS[route],
    parameters: [TENANT_PARAMETER],
    responses: { "200": { description: "taken" } },
    security: [{ sigv4: [] }],
    "x-amazon-apigateway-auth": { type: "AWS_IAM" },
    "x-amazon-apigateway-integration": {
      type: "http_proxy",
      httpMethod: "POST",
      connectionType: "VPC_LINK",
      connectionId: target.vpcLinkId,
      uri: `${target.baseUrl}${ingestPath("{tenant}", route)}`,
      // The segment that the caller signed, as it is. Who it belongs to was decided by IAM before.
      requestParameters: { "integration.request.path.tenant": "method.request.path.tenant" },
      passthroughBehavior: "when_no_match",
      timeoutInMillis: TIMEOUT_MS,
    },
  };
}

/**
 * The ingest API: one method per signal, each signed, and nothing else. The resource policy is an argument of the API
 * and no part of the document: older versions of the provider lose changes of a policy inside it.
 */
export function ingestDocument(target: IngestTarget): IngestDocument {
  return {
    openapi: "3.0.1",
    info: { title: "tenantscope ingest", version: "1" },
    paths: Object.fromEntries(
      INGEST_ROUTE_NAMES.map((route) => [ingestPath("{tenant}", route), { post: operation(route, target) }]),
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
    // Bodies are protobuf, mostly compressed: API Gateway must not read them as text. A minimum compression size would
    // make it decompress them, so there is none.
    "x-amazon-apigateway-binary-media-types": ["*/*"],
    "x-amazon-apigateway-gateway-responses": GATEWAY_RESPONSES,
  };
}
