import { isRecord, parseJson } from "./alert";
import { persist, type Clock } from "./attempts";
import { jsonCall, ServiceError } from "./json-api";
import type { Post } from "./post";

/** Where a tenant's alerts go. */
export interface Route {
  readonly topicArn: string;
  readonly region: string;
}

/** There is no way to a tenant's topic; the message says why. */
export class NoRoute extends Error {
  override readonly name = "NoRoute";
}

export type FindRoute = (tenant: string, deadline: number) => Promise<Route>;

export interface RoutesOptions {
  /** To Systems Manager. */
  readonly parameters: Post;
  /** Parameters are directly below it; without a slash at its end. */
  readonly path: string;
  readonly clock: Clock;
}

/** Milliseconds for which a route is known without asking. */
export const ROUTE_MS = 60_000;

const TENANT = /^[a-z][a-z0-9-]{1,20}$/;

export const isTenant = (name: string): boolean => TENANT.test(name);

/**
 * The route that a parameter's value says.
 * @param tenant whose topic it must be: no other tenant's can be named, whatever is written there
 * @throws NoRoute
 */
export function parseRoute(tenant: string, value: string): Route {
  const fields = parseJson(value);
  const topicArn = isRecord(fields) ? fields["topicArn"] : undefined;
  const match =
    typeof topicArn === "string"
      ? /^arn:aws:sns:([a-z]{2}(?:-[a-z]+)+-\d):\d{12}:tenantscope-([a-z0-9-]+)-alerts$/.exec(topicArn)
      : null;
  const [topic, region, owner] = match ?? [];
  if (topic === undefined || region === undefined || owner !== tenant) {
    throw new NoRoute(`the route of tenant ${tenant} is not the ARN of its alert topic`);
  }
  return { topicArn: topic, region };
}

/** Reads routes, and knows them for a minute. One that cannot be read is as it was. */
export function routes({ parameters, path, clock }: RoutesOptions): FindRoute {
  const known = new Map<string, { readonly route: Route; readonly until: number }>();

  async function read(tenant: string, limitMs: number): Promise<Route> {
    const Name = `${path}/${tenant}`;
    const { Parameter } = await jsonCall(parameters, "AmazonSSM.GetParameter", { Name }, limitMs);
    const value = isRecord(Parameter) ? Parameter["Value"] : undefined;
    return parseRoute(tenant, typeof value === "string" ? value : "");
  }

  return async (tenant, deadline) => {
    if (!isTenant(tenant)) throw new NoRoute("the name of the tenant is none");
    const last = known.get(tenant);
    if (last !== undefined && clock.now() < last.until) return last.route;
    try {
      const route = await persist(clock, deadline, (limitMs) => read(tenant, limitMs));
      known.set(tenant, { route, until: clock.now() + ROUTE_MS });
      return route;
    } catch (error) {
      if (error instanceof ServiceError && error.isPassing && last !== undefined) return last.route;
      known.delete(tenant);
      if (error instanceof ServiceError && error.code === "ParameterNotFound") {
        throw new NoRoute(`tenant ${tenant} has no route`);
      }
      throw error;
    }
  };
}
