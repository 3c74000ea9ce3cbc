import { type OpenSearchFrontOptions } from "../standins/opensearch-front";
import { type ReceivedRequest } from "../standins/sigv4";

const AUDIT = {
  _readonly: [
    "/audit/exclude_sensitive_headers",
    "/compliance/internal_config",
    "/compliance/external_config",
  ],
  config: {
    enabled: false,
    audit: { exclude_sensitive_headers: true },
    compliance: { internal_config: true },
  },
};

/** OpenSearch's security plugin as far as its REST API goes, and what it was told: path -> body. The OpenSearch here has none. */
export function securityPlugin() {
  const told = new Map<string, object>();
  const plugin = ({ method, rawUrl, body }: ReceivedRequest) => {
    const [, path] = /^\/_plugins\/_security\/api\/(.+)$/.exec(rawUrl) ?? [];
    if (path === undefined) return undefined;
    if (method === "GET" && path === "audit") return { status: 200, body: AUDIT };
    if (method === "PUT") told.set(path, JSON.parse(body.toString()) as object);
    else if (method !== "DELETE") return { status: 405, body: { message: "not here" } };
    else if (!told.delete(path)) return { status: 404, body: { status: "NOT_FOUND", message: path } };
    return { status: 200, body: { status: "OK", message: path } };
  };
  return { told, plugin } satisfies { plugin: OpenSearchFrontOptions["plugin"]; told: object };
}
