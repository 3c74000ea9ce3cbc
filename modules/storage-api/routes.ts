/** The storage API's stage, which is part of every method ARN and of the base URL. */
export const STORAGE_STAGE = "v1";

/** The shared Jaeger's path and, with it, its indices; no tenant has this name. */
export const CENTRAL_OWNER = "central";

/** What Jaeger's client of OpenSearch uses, and so what the API has. */
export const STORAGE_METHODS = ["GET", "HEAD", "POST", "PUT"] as const;
export type StorageMethod = (typeof STORAGE_METHODS)[number];

/** Base path of one owner's store; `owner` may be a name, a template or a wildcard. */
export const storagePath = (owner: string): string => `/s/${owner}`;

/** The base URL for a Jaeger, of the API's URL with its stage. */
export const storageUrl = (apiUrl: string, owner: string): string => `${apiUrl}${storagePath(owner)}`;

/** Method and path below `/s/<owner>`, as IAM matches them: `*` also matches slashes. */
type Request = readonly [StorageMethod, string];

/**
 * What every Jaeger asks when it starts: version, health and templates. The base path has no slash at its end, or one,
 * as the client likes.
 */
const START: readonly Request[] = [
  ["GET", ""],
  ["GET", "/"],
  ["HEAD", ""],
  ["HEAD", "/"],
  ["PUT", "/_template/*"],
];
const COLLECT: readonly Request[] = [...START, ["POST", "/_bulk"]];
const QUERY: readonly Request[] = [
  ...START,
  ["GET", "/_msearch"],
  ["POST", "/_msearch"],
  ["POST", "/*/_search"],
];

/** ARNs of requests to one owner's store; `executionArn` is the API's, an ARN or a reference. */
const methodArns = (requests: readonly Request[], executionArn: string, owner: string): string[] =>
  requests.map(([method, path]) => `${executionArn}/${STORAGE_STAGE}/${method}${storagePath(owner)}${path}`);

/** What a Jaeger that only writes asks: the shared collector, or one in a tenant's task. */
export const collectorMethodArns = (executionArn: string, owner: string): string[] =>
  methodArns(COLLECT, executionArn, owner);

/** What a Jaeger that only reads asks. */
export const queryMethodArns = (executionArn: string, owner: string): string[] =>
  methodArns(QUERY, executionArn, owner);
