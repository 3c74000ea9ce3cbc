import { setTimeout as sleep } from "node:timers/promises";
import { enableAudit } from "./audit";
import {
  AUTO_CREATE,
  autoCreatePattern,
  roleMapping,
  SECURITY_ROLE,
  securityRole,
  TEMPLATE_NAMES,
  templates,
} from "./desired";
import { DomainError, type Domain } from "./domain";
import { type ProvisionEvent, type ProvisionInput } from "./input";

/** The same for the same input: Terraform keeps it, and would show anything else as a change. */
export interface ProvisionResult {
  readonly templates: readonly string[];
  readonly autoCreateIndex: string | null;
  readonly securityRole: string | null;
  /** Whether this set what is audited. */
  readonly audited: boolean;
}

export interface ProvisionOptions {
  /** Milliseconds between two looks at a domain that is not ready. @default 5000 */
  readonly pauseMs?: number;
}

const SECURITY_API = ["_plugins", "_security", "api"];
const ROLE = [...SECURITY_API, "roles", SECURITY_ROLE];
const MAPPING = [...SECURITY_API, "rolesmapping", SECURITY_ROLE];
const CLUSTER_SETTINGS = ["_cluster", "settings"];

/** Time for what comes after the domain is ready. */
const RESERVE_MS = 30_000;
/** Until a new policy counts everywhere, its role is refused; a role that is refused for longer has no right. */
const REFUSED_MS = 60_000;

/**
 * Makes the domain what Terraform wants it to be, or takes away what this made. Every step may be repeated.
 * @throws DomainError
 */
export async function provision(
  domain: Domain,
  event: ProvisionEvent,
  { pauseMs = 5000 }: ProvisionOptions = {},
): Promise<ProvisionResult> {
  await untilReady(domain, pauseMs);
  if (event.action === "delete") {
    if (event.hadSecurity) await removeSecurity(domain);
    for (const name of TEMPLATE_NAMES) await domain.remove(["_template", name]);
    await putSettings(domain, null);
    // What is audited stays: the end of the rights is to be in the log, and so is whatever happens to the domain then.
    return { templates: [], autoCreateIndex: null, securityRole: null, audited: false };
  }
  return apply(domain, event.input, event.hadSecurity);
}

async function apply(domain: Domain, input: ProvisionInput, hadSecurity: boolean): Promise<ProvisionResult> {
  // Rights come last: what the proxy writes before there are templates would have the wrong shards for good.
  for (const [name, body] of Object.entries(templates(input))) {
    await domain.call({ method: "PUT", path: ["_template", name], body });
  }
  await putSettings(domain, autoCreatePattern());
  if (input.security !== undefined) {
    await enableAudit(domain);
    await domain.call({ method: "PUT", path: ROLE, body: securityRole });
    await domain.call({ method: "PUT", path: MAPPING, body: roleMapping(input.security.proxyRoleArn) });
  } else if (hadSecurity) {
    await removeSecurity(domain);
  }
  return {
    templates: [...TEMPLATE_NAMES],
    autoCreateIndex: autoCreatePattern(),
    securityRole: input.security === undefined ? null : SECURITY_ROLE,
    audited: input.security !== undefined,
  };
}

/** The service takes settings in the flat form only; `null` is the default again. */
async function putSettings(domain: Domain, autoCreate: string | null): Promise<void> {
  await domain.call({
    method: "PUT",
    path: CLUSTER_SETTINGS,
    body: { persistent: { [AUTO_CREATE]: autoCreate } },
  });
}

/** The mapping first: a mapping without its role would be there for whoever makes a role of that name. */
async function removeSecurity(domain: Domain): Promise<void> {
  await domain.remove(MAPPING);
  await domain.remove(ROLE);
}

/** A new domain answers before its shards and its security plugin are up. */
async function untilReady(domain: Domain, pauseMs: number): Promise<void> {
  const start = Date.now();
  for (;;) {
    try {
      await domain.call(
        {
          method: "GET",
          path: ["_cluster", "health"],
          query: { wait_for_status: "yellow", timeout: "5s" },
        },
        15_000,
      );
      return;
    } catch (error) {
      if (!(error instanceof DomainError) || !mayPass(error, Date.now() - start)) throw error;
      if (domain.remaining() < RESERVE_MS + pauseMs) throw error;
      await sleep(pauseMs);
    }
  }
}

/** 408 is the health that did not become yellow in time. */
function mayPass({ status }: DomainError, waitedMs: number): boolean {
  if (status === 401 || status === 403) return waitedMs < REFUSED_MS;
  return status === 408 || status === 429 || status >= 500;
}
