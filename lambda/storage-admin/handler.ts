import { type Upstream } from "../jaeger-storage-proxy/upstream";
import { type HttpClient } from "../shared/http";
import { dependenciesMetrics, writeDependencies, type DependenciesResult } from "./dependencies";
import { domainOf } from "./domain";
import { parseEvent } from "./input";
import { logger, metricFields, type Metrics } from "./log";
import { provision, type ProvisionResult } from "./provision";
import { enforceRetention, retentionMetrics, type RetentionResult } from "./retention";
import { readRetentionParameters } from "./retention-parameters";
import { MAX_DEPENDENCY_HOURS, type Settings } from "./settings";

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

export type AdminResult = ProvisionResult | RetentionResult | DependenciesResult;
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
    if (parsed.task === "retention") {
      const result = await enforceRetention(domain, {
        centralDays: settings.retentionDays,
        parameters: () =>
          readRetentionParameters({ client: parts.parameters, path: settings.retentionPath, ...pause }),
        log,
        now: now(),
      });
      return finish(parsed.task, result, retentionMetrics(result));
    }
    const result = await writeDependencies(domain, {
      hours: parsed.hours ?? settings.dependencyHours,
      repeatedHours: settings.dependencyHours - 1,
      maxSpans: settings.dependencyMaxSpans,
      log,
      now: now(),
    });
    return finish(parsed.task, result, dependenciesMetrics(result));
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
