import { parse } from "yaml";
import { record } from "../../lib/fields";
import { variableOf } from "../service";
import { must } from "../verdict";
import type { Walk } from "../walk";
import { mustKeepChunks } from "./loki-storage";
import { upstreamService } from "./upstream";

/** The gateway's upstream is Loki, which listens there, keeps tenants apart and may use its bucket. */
export function loki(walk: Walk): string {
  const { service, port, url } = upstreamService(walk, "logs", "Loki");
  const config = record(parse(variableOf(service, "CONFIG") ?? ""));
  const listens = record(config["server"])["http_listen_port"];
  must(
    listens === port,
    `Loki listens on port ${String(listens)}, the gateway asks port ${port}`,
    "server.http_listen_port is modules/loki/ports.ts, as is the upstream's",
  );
  must(
    config["auth_enabled"] === true,
    "Loki runs without auth_enabled: it takes every line for the tenant `fake`, and shows all to all",
    "auth_enabled must be true (modules/loki/config.ts)",
  );
  const kept = mustKeepChunks(walk, service);
  return `${url} listens, keeps tenants apart by X-Scope-OrgID and lines in ${kept}`;
}
