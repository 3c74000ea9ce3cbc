import type { Statement } from "../../lib/iam";
import { invokeOnly } from "../ingest/writer-statements";
import { CENTRAL_OWNER, collectorMethodArns, queryMethodArns } from "./routes";

interface OwnerAt {
  /** Of the storage API: ARN or reference. */
  readonly executionArn: string;
  /** `central`, or a tenant. */
  readonly owner: string;
}

/** The shared Jaeger's collector: exactly what it asks, and no path of any other API. */
export const storageCollectorStatements = (executionArn: string): [Statement, Statement] =>
  invokeOnly(collectorMethodArns(executionArn, CENTRAL_OWNER));

/** A query service, the shared one or a tenant's own: exactly what it asks, in its owner's store. */
export const storageQueryStatements = ({ executionArn, owner }: OwnerAt): [Statement, Statement] =>
  invokeOnly(queryMethodArns(executionArn, owner));

/**
 * What a tenant's writer may call for its Jaeger sidecars: what a Jaeger that only writes asks of its own store. Reading is
 * the query service's, which has a role of its own. Not statements: the writer has one list of all that it may call, so
 * that the Deny for everything else does not take it away again.
 */
export const storageWriterMethodArns = ({ executionArn, owner }: OwnerAt): string[] =>
  collectorMethodArns(executionArn, owner);
