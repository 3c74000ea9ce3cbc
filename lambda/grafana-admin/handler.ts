import { type HttpClient } from "../shared/http";
import { logger, metricFields } from "../storage-admin/log";
import { grafana } from "./grafana";
import { parseEvent } from "./input";
import { installPlugins, keepToken, PLUGINS, revokeTokens, type Kept } from "./keep";
import { secret } from "./secret";
import { service, type Clock } from "./service";
import { type Settings } from "./settings";
import { tokens } from "./tokens";

export interface AdminParts {
  readonly settings: Settings;
  /** To Amazon Managed Grafana, to Secrets Manager (both signed) and to the workspace (not signed). */
  readonly clients: Readonly<Record<"controlPlane" | "secrets" | "workspace", HttpClient>>;
  readonly write: (line: string) => void;
  readonly clock: Clock;
}

export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

/** The same for the same input, and nothing secret: Terraform keeps it in its state. */
export interface AdminResult {
  readonly serviceAccountId: string;
  readonly plugins: readonly string[];
}

export type AdminHandler = (event: unknown, context: LambdaContext) => Promise<AdminResult>;

/** Milliseconds that are kept for the answer. */
const MARGIN_MS = 2000;

/** The function for all events. It rejects unless everything could be done. */
export function adminHandler({ settings, clients, write, clock }: AdminParts): AdminHandler {
  const log = logger(write);
  const { serviceAccountId, metricsNamespace } = settings;

  async function run(event: unknown, context: LambdaContext): Promise<AdminResult> {
    const asked = parseEvent(event);
    const deadline = clock.now() + context.getRemainingTimeInMillis() - MARGIN_MS;
    const to = (name: string, client: HttpClient) => service({ name, client, clock, deadline });
    const parts = {
      tokens: tokens(to("Managed Grafana", clients.controlPlane), settings),
      secret: secret(to("Secrets Manager", clients.secrets), settings.secretArn),
      grafana: grafana(to("Grafana", clients.workspace)),
      log,
      now: () => clock.now(),
    };
    if (asked.task === "revoke") {
      log("info", { task: asked.task, removed: await revokeTokens(parts), message: "done" });
      return { serviceAccountId, plugins: [] };
    }
    const kept = await keepToken(parts);
    // Before the plugins: one that cannot be installed says nothing about the token.
    if (kept.left === 0) {
      log("info", { ...metrics(metricsNamespace, kept, clock.now()), from: asked.from, ...shown(kept) });
    }
    const installed = await installPlugins(parts, kept.key);
    // Everything else is done by then: a token that cannot be revoked is worth an alarm, and nothing more.
    if (kept.left > 0) throw new Error(`${kept.left} old tokens could not be revoked; the log says why`);
    log("info", { task: "rotate", installed, message: "done" });
    return { serviceAccountId, plugins: [...PLUGINS] };
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

const metrics = (namespace: string, { ageDays, removed }: Kept, now: number) =>
  metricFields(
    namespace,
    "rotate",
    { TokenAgeDays: [ageDays, "None"], TokensRevoked: [removed, "Count"] },
    now,
  );

const shown = ({ rotated }: Kept) => ({
  ...(rotated !== undefined && { rotated }),
  message: "the token is in order",
});
