import { DomainError, type Domain } from "./domain";

const PATH = ["_plugins", "_security", "api", "audit"];

/** Every request of Jaeger's is one of these. */
const ALLOWED = ["AUTHENTICATED", "GRANTED_PRIVILEGES"];

/**
 * What the security plugin writes down: who is refused, and who changes rights or this. Nothing of what is in requests or
 * documents, since the log is not the place for traces.
 */
export const auditConfig = {
  enabled: true,
  audit: {
    enable_rest: true,
    disabled_rest_categories: ALLOWED,
    enable_transport: true,
    // The first is Jaeger's new indices and fields. There is no such category of REST requests: it would be refused.
    disabled_transport_categories: ["INDEX_EVENT", ...ALLOWED],
    log_request_body: false,
    resolve_indices: true,
    resolve_bulk_requests: false,
    exclude_sensitive_headers: true,
    ignore_users: [],
    ignore_requests: [],
  },
  // Changes of roles, mappings and of this configuration are documents of the plugin's own index.
  compliance: {
    enabled: true,
    internal_config: true,
    external_config: false,
    read_metadata_only: true,
    read_watched_fields: {},
    read_ignore_users: [],
    write_metadata_only: true,
    write_log_diffs: false,
    write_watched_indices: [],
    write_ignore_users: [],
  },
} as const;

/**
 * Replaces what is audited; may be repeated.
 * @throws DomainError
 */
export async function enableAudit(domain: Domain): Promise<void> {
  const current = await domain.call({ method: "GET", path: PATH });
  if (!isObject(current) || !isObject(current["config"])) {
    throw new DomainError(200, `GET /${PATH.join("/")}`, "the answer has no configuration");
  }
  const readOnly: unknown = current["_readonly"];
  await domain.call({
    method: "PUT",
    path: [...PATH, "config"],
    body: keeping(auditConfig, current["config"], Array.isArray(readOnly) ? readOnly.map(String) : []),
  });
}

type Json = Readonly<Record<string, unknown>>;

/**
 * The service keeps some fields to itself and refuses a configuration that has anything else there.
 * @param fields pointers, as in `/compliance/internal_config`
 */
function keeping(desired: Json, current: Json, fields: readonly string[]): Json {
  return fields.reduce((config, field) => {
    const [section = "", key] = field.split("/").slice(1);
    if (key === undefined) return { ...config, [section]: current[section] };
    const own = isObject(current[section]) ? current[section] : {};
    return { ...config, [section]: { ...(config[section] as Json | undefined), [key]: own[key] } };
  }, desired);
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
