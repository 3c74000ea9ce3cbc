import { adminBefore, FakeServer, type Answer, type Seen } from "./admin-opensearch";

const openSearch = new FakeServer();
/** A domain whose audit log nobody has set. */
const young = ({ request }: Seen): Answer =>
  request === `GET ${AUDIT}`
    ? {
        body: {
          _readonly: [
            "/audit/exclude_sensitive_headers",
            "/compliance/internal_config",
            "/compliance/external_config",
          ],
          config: {
            enabled: false,
            audit: { log_request_body: true, exclude_sensitive_headers: true },
            compliance: { enabled: false, internal_config: true, external_config: false },
          },
        },
      }
    : {};
beforeAll(() => openSearch.start());
afterAll(() => openSearch.stop());
beforeEach(() => {
  openSearch.reset();
  openSearch.answer = young;
});

const PROXY_ROLE = "arn:aws:iam::111122223333:role/tenantscope/tenantscope-storage-proxy";
const INPUT = { zones: 2, security: { proxyRoleArn: PROXY_ROLE } };
const create = (input: object) => ({ ...input, tf: { action: "create", prev_input: null } });

const PATTERNS = [
  "jaeger-span-*",
  "*-jaeger-span-*",
  "jaeger-service-*",
  "*-jaeger-service-*",
  "jaeger-dependencies-*",
  "*-jaeger-dependencies-*",
  "jaeger-sampling-*",
  "*-jaeger-sampling-*",
];
const AUTO_CREATE = [...PATTERNS.map((pattern) => `+${pattern}`), "+.*", "-*"].join(",");
const HEALTH = "GET /_cluster/health?wait_for_status=yellow&timeout=5s";
const ROLE = "/_plugins/_security/api/roles/tenantscope_storage_proxy";
const MAPPING = "/_plugins/_security/api/rolesmapping/tenantscope_storage_proxy";
const AUDIT = "/_plugins/_security/api/audit";
const AUDITED = {
  enabled: true,
  audit: {
    enable_rest: true,
    disabled_rest_categories: ["AUTHENTICATED", "GRANTED_PRIVILEGES"],
    enable_transport: true,
    disabled_transport_categories: ["INDEX_EVENT", "AUTHENTICATED", "GRANTED_PRIVILEGES"],
    log_request_body: false,
    resolve_indices: true,
    resolve_bulk_requests: false,
    exclude_sensitive_headers: true,
    ignore_users: [],
    ignore_requests: [],
  },
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
};

const template = (zones: number, spanShards = 1) => [
  {
    request: "PUT /_template/tenantscope-jaeger",
    body: {
      order: 100,
      index_patterns: PATTERNS,
      settings: {
        "index.number_of_shards": 1,
        "index.number_of_replicas": zones === 1 ? 0 : 1,
        "index.refresh_interval": "5s",
        "index.codec": "best_compression",
        "index.search.slowlog.threshold.query.warn": "5s",
        "index.search.slowlog.threshold.query.info": "2s",
        "index.search.slowlog.threshold.fetch.warn": "5s",
        "index.search.slowlog.threshold.fetch.info": "2s",
        "index.indexing.slowlog.threshold.index.warn": "5s",
        "index.indexing.slowlog.threshold.index.info": "2s",
        "index.indexing.slowlog.source": false,
      },
    },
  },
  {
    request: "PUT /_template/tenantscope-jaeger-span",
    body: {
      order: 101,
      index_patterns: ["jaeger-span-*", "*-jaeger-span-*"],
      settings: { "index.number_of_shards": spanShards },
    },
  },
];
const settings = (value: string | null) => ({
  request: "PUT /_cluster/settings",
  body: { persistent: { "action.auto_create_index": value } },
});
const health = { request: HEALTH, body: undefined };
const seen = () => openSearch.seen.map(({ request, body }) => ({ request, body }));

describe("what Terraform wants the domain to be", () => {
  test("create makes templates, settings, the audit log, role and mapping, rights last", async () => {
    const admin = adminBefore(openSearch.origin);
    const result = await admin.invoke(create(INPUT));
    expect(seen()).toEqual([
      health,
      ...template(2),
      settings(AUTO_CREATE),
      { request: `GET ${AUDIT}`, body: undefined },
      { request: `PUT ${AUDIT}/config`, body: AUDITED },
      {
        request: `PUT ${ROLE}`,
        body: {
          description: expect.any(String) as string,
          cluster_permissions: [
            "cluster:monitor/main",
            "indices:admin/template/put",
            "indices:data/read/msearch",
            "indices:data/write/bulk",
          ],
          index_permissions: [
            {
              index_patterns: PATTERNS,
              allowed_actions: [
                "indices:admin/create",
                "indices:admin/get",
                "indices:admin/mapping/put",
                "indices:data/read/search*",
                "indices:data/write/bulk*",
                "indices:data/write/index",
              ],
            },
          ],
          tenant_permissions: [],
        },
      },
      { request: `PUT ${MAPPING}`, body: { backend_roles: [PROXY_ROLE], hosts: [], users: [] } },
    ]);
    expect(result).toEqual({
      templates: ["tenantscope-jaeger", "tenantscope-jaeger-span"],
      autoCreateIndex: AUTO_CREATE,
      securityRole: "tenantscope_storage_proxy",
      audited: true,
    });
    for (const { authorization } of openSearch.seen)
      expect(authorization).toContain("/eu-west-1/es/aws4_request");
  });

  test("the same input again makes the same requests and the same result", async () => {
    const admin = adminBefore(openSearch.origin);
    const first = await admin.invoke(create(INPUT));
    const requests = seen();
    openSearch.seen.length = 0;
    expect(await admin.invoke({ ...INPUT, tf: { action: "update", prev_input: INPUT } })).toEqual(first);
    expect(seen()).toEqual(requests);
  });

  test("without security, nothing is said to the security plugin; one zone has no replicas", async () => {
    const result = await adminBefore(openSearch.origin).invoke(create({ zones: 1, spanShards: 3 }));
    expect(seen()).toEqual([health, ...template(1, 3), settings(AUTO_CREATE)]);
    expect(result).toMatchObject({ securityRole: null, audited: false });
  });

  test("an update without security takes away what was there", async () => {
    await adminBefore(openSearch.origin).invoke({ zones: 3, tf: { action: "update", prev_input: INPUT } });
    expect(seen().slice(0, 4)).toEqual([health, ...template(3), settings(AUTO_CREATE)]);
    expect(openSearch.requests.slice(4)).toEqual([`DELETE ${MAPPING}`, `DELETE ${ROLE}`]);
  });

  test.each([
    ["as Terraform sends it", { ...INPUT, tf: { action: "delete", prev_input: INPUT } }],
    ["with the former input only", { tf: { action: "delete", prev_input: INPUT } }],
    ["whatever is wrong with the input", { ...INPUT, zones: 9, tf: { action: "delete", prev_input: null } }],
  ])("delete removes all of it and no index: %s", async (_name, event) => {
    const result = await adminBefore(openSearch.origin).invoke(event);
    expect(seen()).toEqual([
      health,
      { request: `DELETE ${MAPPING}`, body: undefined },
      { request: `DELETE ${ROLE}`, body: undefined },
      { request: "DELETE /_template/tenantscope-jaeger", body: undefined },
      { request: "DELETE /_template/tenantscope-jaeger-span", body: undefined },
      settings(null),
    ]);
    expect(result).toEqual({ templates: [], autoCreateIndex: null, securityRole: null, audited: false });
  });

  test("delete of what is gone already succeeds", async () => {
    openSearch.answer = ({ request }) =>
      request.startsWith("DELETE")
        ? { status: 404, body: { status: "NOT_FOUND", message: "not found" } }
        : {};
    await adminBefore(openSearch.origin).invoke({ tf: { action: "delete", prev_input: INPUT } });
    expect(openSearch.requests.filter((request) => request.startsWith("DELETE"))).toHaveLength(4);
  });
});

describe("the audit log", () => {
  const sent = () =>
    openSearch.seen.find(({ request }) => request === `PUT ${AUDIT}/config`)?.body as typeof AUDITED;
  const holds = (body: object) => {
    openSearch.answer = (seen) => (seen.request === `GET ${AUDIT}` ? { body } : {});
  };

  test("fields that only the service changes stay as they are, those that are not there too", async () => {
    holds({
      _readonly: [
        "/compliance/internal_config",
        "/audit/enable_transport",
        "/audit/ignore_users",
        "/enabled",
      ],
      config: {
        enabled: false,
        audit: { ignore_users: ["kibanaserver"] },
        compliance: { internal_config: false },
      },
    });
    await adminBefore(openSearch.origin).invoke(create(INPUT));
    expect(sent().audit).not.toHaveProperty("enable_transport");
    expect(sent()).toEqual({
      enabled: false,
      audit: { ...AUDITED.audit, enable_transport: undefined, ignore_users: ["kibanaserver"] },
      compliance: { ...AUDITED.compliance, internal_config: false },
    });
  });

  test("without such fields, it is as it should be", async () => {
    holds({ config: {} });
    await adminBefore(openSearch.origin).invoke(create(INPUT));
    expect(sent()).toEqual(AUDITED);
  });

  test.each([[{}], [{ config: null }], [{ config: [] }]])(
    "%j is no configuration: nobody gets rights",
    async (body) => {
      holds(body);
      await expect(adminBefore(openSearch.origin).invoke(create(INPUT))).rejects.toThrow(
        `GET ${AUDIT}: the answer has no configuration`,
      );
      expect(openSearch.requests.at(-1)).toBe(`GET ${AUDIT}`);
    },
  );

  test("a domain that refuses it ends the deployment, before anybody gets rights", async () => {
    openSearch.answer = (seen) =>
      seen.request === `PUT ${AUDIT}/config`
        ? { status: 409, body: { status: "CONFLICT", message: "Attempted to update read-only property." } }
        : young(seen);
    await expect(adminBefore(openSearch.origin).invoke(create(INPUT))).rejects.toThrow(
      `PUT ${AUDIT}/config: Attempted to update read-only property. (status 409)`,
    );
    expect(openSearch.requests.at(-1)).toBe(`PUT ${AUDIT}/config`);
  });
});

describe("a domain that is not ready", () => {
  test("is waited for, through all that a young domain answers", async () => {
    const statuses = [503, 502, 403, 401, 408, 500];
    openSearch.answer = () => ({ status: statuses.shift() ?? 200 });
    await adminBefore(openSearch.origin).invoke(create({ zones: 1 }));
    expect(openSearch.requests.filter((request) => request === HEALTH)).toHaveLength(7);
    expect(openSearch.requests.slice(7)).toHaveLength(3);
  });

  test("is given up while there is time to say so", async () => {
    openSearch.answer = () => ({ status: 403, body: { Message: "User is not authorized" } });
    const admin = adminBefore(openSearch.origin);
    await expect(admin.invoke(create({ zones: 1 }), 32_050)).rejects.toThrow(
      "GET /_cluster/health: User is not authorized (status 403)",
    );
    expect(new Set(openSearch.requests)).toEqual(new Set([HEALTH]));
    expect(admin.logged).toEqual([
      { level: "error", message: "DomainError: GET /_cluster/health: User is not authorized (status 403)" },
    ]);
  });

  test("what OpenSearch refuses ends the deployment with its reason", async () => {
    openSearch.answer = ({ request }) =>
      request === "PUT /_cluster/settings"
        ? { status: 400, body: { error: { type: "illegal_argument_exception", reason: "no such setting" } } }
        : {};
    await expect(adminBefore(openSearch.origin).invoke(create(INPUT))).rejects.toThrow(
      "PUT /_cluster/settings: no such setting (status 400)",
    );
    expect(openSearch.requests.at(-1)).toBe("PUT /_cluster/settings");
  });
});
