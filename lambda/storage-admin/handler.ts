import { type Upstream } from "../jaeger-storage-proxy/upstream";
import { type HttpClient } from "../shared/http";
import { dependenciesMetrics, writeDependencies, type DependenciesResult } from "./dependencies";
import { domainOf, type Domain } from "./domain";
import { parseEvent, type AdminEvent } from "./input";
import { logger, metricFields, type Metrics } from "./log";
import { provision, type ProvisionResult } from "./provision";
import { enforceRetention, retentionMetrics, type RetentionResult } from "./retention";
import { discardCopies, restoreIndices, type DiscardResult, type RestoreResult } from "./restore";
import { readRetentionParameters } from "./retention-parameters";
import { MAX_DEPENDENCY_HOURS, type Settings } from "./settings";
import { readShardUse, shardMetrics, type ShardUse } from "./shards";
import { listSnapshots, readSnapshot, type SnapshotContent, type SnapshotsResult } from "./snapshots";

export interface AdminParts {
  readonly settings: Settings;
  /** To the OpenSearch domain. */
  readonly upstream: Upstream;
  /** To Systems Manager. */
  readonly parameters: HttpClient;
  readonly write: (line: string) => void;
  /** Milliseconds since 1970. @default the clock */
  readonly now?: () => number;
  /** Milliseconds between attempts, for tests. @default as each part says */
  readonly pauseMs?: number;
}

export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

export type AdminResult =
  | ProvisionResult
  /** Shards after the deletions, when they could be counted. */
  | (RetentionResult & { readonly shards: ShardUse | null })
  | DependenciesResult
  | SnapshotsResult
  | SnapshotContent
  | RestoreResult
  | DiscardResult;
export type AdminHandler = (event: unknown, context: LambdaContext) => Promise<AdminResult>;

/** Milliseconds that are kept for the answer. */
const MARGIN_MS = 2000;

/** The function for all events. It rejects when nothing, or not everything, of a deployment could be done. */
export function adminHandler(parts: AdminParts): AdminHandler {
  const { settings, now = Date.now } = parts;
  const pause = parts.pauseMs === undefined ? {} : { pauseMs: parts.pauseMs };
  const log = logger(parts.write);

  function finish<T extends object>(task: string, result: T, metrics: Metrics): T {
    log("info", { ...metricFields(settings.metricsNamespace, task, metrics, now()), message: "done" });
    return result;
  }

  async function run(event: unknown, context: LambdaContext): Promise<AdminResult> {
    const parsed = parseEvent(event, MAX_DEPENDENCY_HOURS);
    const domain = domainOf(parts.upstream, Date.now() + context.getRemainingTimeInMillis() - MARGIN_MS);
    if (parsed.task === "provision") {
      const result = await provision(domain, parsed.provision, pause);
      log("info", { task: parsed.task, action: parsed.provision.action, ...result, message: "done" });
      return result;
    }
    if (parsed.task === "retention") return retention(domain);
    if (parsed.task === "dependencies") return dependencies(domain, parsed.hours);
    return byHand(domain, parsed);
  }

  async function retention(domain: Domain): Promise<AdminResult> {
    const result = await enforceRetention(domain, {
      centralDays: settings.retentionDays,
      parameters: () =>
        readRetentionParameters({ client: parts.parameters, path: settings.retentionPath, ...pause }),
      log,
      now: now(),
    });
    const shards = await readShardUse(domain, log);
    const failures = result.failures + (shards ? 0 : 1);
    const counted = { ...result, failures, shards: shards ?? null };
    return finish("retention", counted, {
      ...retentionMetrics(counted),
      ...(shards && shardMetrics(shards)),
    });
  }

  async function dependencies(domain: Domain, hours = settings.dependencyHours): Promise<AdminResult> {
    const result = await writeDependencies(domain, {
      hours,
      repeatedHours: settings.dependencyHours - 1,
      maxSpans: settings.dependencyMaxSpans,
      log,
      now: now(),
    });
    return finish("dependencies", result, dependenciesMetrics(result));
  }

  /** What nobody does on a schedule. Whoever did it is in CloudTrail; what was done is in the log. */
  async function byHand(
    domain: Domain,
    event: Exclude<AdminEvent, { task: "provision" | "retention" | "dependencies" }>,
  ) {
    const { task } = event;
    if (task === "snapshots") {
      return event.snapshot === undefined ? listSnapshots(domain) : readSnapshot(domain, event.snapshot);
    }
    const result =
      task === "restore"
        ? await restoreIndices(domain, event.restore, log, parts.pauseMs)
        : await discardCopies(domain, event.indices);
    log("info", { task, ...result, message: "done" });
    return result;
  }

  return async (event, context) => {
    try {
      return await run(event, context);
    } catch (error) {
      log("error", { message: String(error) });
      throw error;
    }
  };
}
