import { type WireResponse } from "./api-gateway-wire";

/** What the stand-in reads of a method; the rest of the document does not concern it. */
export interface Operation {
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly "x-amazon-apigateway-auth"?: { readonly type: string };
  readonly "x-amazon-apigateway-integration": {
    readonly type: string;
    readonly httpMethod: string;
    readonly connectionType: string;
    readonly connectionId: string;
    readonly uri: string;
    readonly requestParameters: Readonly<Record<string, string>>;
  };
}

interface GatewayResponse {
  readonly statusCode?: number;
  readonly responseParameters?: Readonly<Record<string, string>>;
  readonly responseTemplates: Readonly<Record<string, string>>;
}

/** An OpenAPI document as API Gateway imports it. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly securitySchemes: Readonly<Record<string, Readonly<Record<string, string>>>>;
  };
  readonly "x-amazon-apigateway-binary-media-types"?: readonly string[];
  readonly "x-amazon-apigateway-gateway-responses": Readonly<Record<string, GatewayResponse>>;
}

export interface Route {
  readonly operation: Operation;
  /** Path parameters as they stand in the request. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** The method that a raw path leads to: a template's segment matches any segment that is not empty. */
export function matchRoute(document: ApiDocument, method: string, path: string): Route | undefined {
  const segments = path.split("/");
  for (const [template, methods] of Object.entries(document.paths)) {
    const operation = methods[method.toLowerCase()];
    const parameters = new Map<string, string>();
    const expected = template.split("/");
    const matches =
      expected.length === segments.length &&
      expected.every((part, index) => {
        const segment = segments[index] ?? "";
        const name = /^\{(\w+)\}$/.exec(part)?.[1];
        if (name === undefined) return part === segment;
        parameters.set(name, segment);
        return segment !== "";
      });
    if (matches && operation !== undefined) return { operation, parameters };
  }
  return undefined;
}

/** Whether the document asks for a signature. What it does not ask for, the service does not check. */
export function isSigned(document: ApiDocument, operation: Operation): boolean {
  const schemes = (operation.security ?? []).flatMap((entry) => Object.keys(entry));
  return (
    operation["x-amazon-apigateway-auth"]?.type === "AWS_IAM" ||
    schemes.some((name) => {
      const scheme = document.components.securitySchemes[name];
      return scheme?.["x-amazon-apigateway-authtype"] === "awsSigv4";
    })
  );
}

/** Whether a body goes through untouched; every other is read as text, which ruins what is none. */
export const isBinary = (document: ApiDocument, contentType = "application/json"): boolean =>
  (document["x-amazon-apigateway-binary-media-types"] ?? []).some(
    (type) => type === "*/*" || type === contentType,
  );

const DEFAULT_STATUS: Readonly<Record<string, number>> = {
  ACCESS_DENIED: 403,
  INVALID_SIGNATURE: 403,
  MISSING_AUTHENTICATION_TOKEN: 403,
  REQUEST_TOO_LARGE: 413,
  INTEGRATION_FAILURE: 504,
};

const CONTEXT: Readonly<Record<string, string>> = {
  "$context.error.messageString": '"the reason in the service\'s words"',
  "$context.requestId": "00000000-0000-4000-8000-000000000000",
};

/** The service's own answer of a type, with the document's status, headers and text where it has them. */
export function answerOf(document: ApiDocument, type: string): WireResponse {
  const response = document["x-amazon-apigateway-gateway-responses"][type];
  const status = response?.statusCode ?? DEFAULT_STATUS[type] ?? 500;
  const template =
    response?.responseTemplates["application/json"] ?? '{"message":$context.error.messageString}';
  const body = template.replace(/\$context\.[A-Za-z]+(\.[A-Za-z]+)?/g, (name) => CONTEXT[name] ?? name);
  const headers = Object.entries(response?.responseParameters ?? {}).map(([name, value]) => [
    name.replace("gatewayresponse.header.", "").toLowerCase(),
    value.replace(/^'(.*)'$/, "$1"),
  ]);
  return {
    status,
    headers: {
      "content-type": "application/json",
      ...(Object.fromEntries(headers) as Record<string, string>),
    },
    body: Buffer.from(body),
  };
}
