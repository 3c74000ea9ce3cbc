/** First segments of the domain's paths, each one API. API Gateway takes them off before it matches the API's routes. */
export const DOMAIN_PATHS = { ingest: "ingest", storage: "storage" } as const;

export type DomainApi = keyof typeof DOMAIN_PATHS;

export const DOMAIN_APIS = ["ingest", "storage"] as const satisfies readonly DomainApi[];

/**
 * Base URL of an API at the domain; the stage is part of the mapping, not of the URL. Requests are signed for this host
 * and for the path with its first segment, and carry no `x-apigw-api-id`, which names an API to an endpoint's own name.
 */
export const domainUrl = (name: string, api: DomainApi): string => `https://${name}/${DOMAIN_PATHS[api]}`;
