import { row } from "../../support/reach";
import type { Matrix } from "./matrices";
import { c, centralRole, invoked, TENANT_NAMES } from "./names";

/** Whom each half of the policies of the APIs and of the private domain lets through. Whatever is not here is refused. */

const WRITERS = [...TENANT_NAMES, "new"].map((tenant) => centralRole(`writer-${tenant}`));
const JAEGERS = ["collector", "query", "query-acme2", "query-new"].map((name) =>
  centralRole(`jaeger-${name}`),
);

/** The patterns of the Allow have them as well, since `*` stands for slashes; the Denies take them out again. */
const BELOW_WRITERS = ["x", "tenantscope-writer-acme"].map((name) => centralRole(`writer-acme/${name}`));
const BELOW_QUERIES = [centralRole("jaeger-query-acme2/x")];

const invoke = (callers: readonly string[], ...requests: string[]): string =>
  `${[...callers].sort().join(" ")}: ${row("execute-api:Invoke", requests)}`;

const SIGNALS = ["otlp/v1/logs", "v1/traces"].map((path) => `POST/t/acme2/${path}`);
const STORE = ["GET", "HEAD", "POST", "PUT"].flatMap((method) =>
  ["", "/_bulk"].map((path) => `${method}/s/acme2${path}`),
);
const DOMAIN = c("execute-api", "/domainnames/telemetry.tenantscope.example+domain");
const CALLERS = [...WRITERS, ...JAEGERS];
const CALLERS_AND_BELOW = [...CALLERS, ...BELOW_WRITERS, ...BELOW_QUERIES];

export const EXPECTED_APIS: Matrix = {
  "ingest_api: admitted": [invoke([...WRITERS, ...BELOW_WRITERS], ...invoked("ingestapi", ...SIGNALS))],
  "ingest_api: not denied": [
    invoke(WRITERS, ...invoked("ingestapi", "GET/t/acme2/v1/traces", "POST/t/acme2/otlp/v1/logs")),
  ],
  "storage-api: admitted": [invoke(CALLERS_AND_BELOW, ...invoked("storageapi", ...STORE))],
  "storage-api: not denied": [invoke(CALLERS, ...invoked("storageapi", "DELETE/s/acme2", "GET/s/acme2"))],
  "domain: admitted": [invoke(CALLERS_AND_BELOW, DOMAIN)],
  "domain: not denied": [invoke(CALLERS, DOMAIN)],
};
