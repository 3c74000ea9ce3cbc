import { ADMINISTRATOR, allow } from "../../__tests__/support/iam";
import type { Lifecycle } from "../../fleet/types";
import { policy } from "../../lib/iam";
import { roleArn, writerRoleName } from "../../lib/names";
import { ingestDocument } from "../../modules/ingest/openapi";
import { ingestResourcePolicy } from "../../modules/ingest/resource-policy";
import { INGEST_STAGE } from "../../modules/ingest/routes";
import { writerInvokeStatements } from "../../modules/ingest/writer-statements";
import { ApiGatewayStandin, type ApiGatewayOptions, type InvokeRequest } from "../standins/api-gateway";
import { callApi, type SignedRequest } from "../standins/api-gateway-client";
import { type ApiDocument } from "../standins/api-gateway-document";
import { Identities } from "../standins/identities";

const CENTRAL = "111111111111";
const REGION = "eu-west-1";
export const API_ID = "abcde12345";
export const EXECUTION_ARN = `arn:aws:execute-api:${REGION}:${CENTRAL}:${API_ID}`;
const BASE_URL = "http://gateway.elb.internal:8080";

const writer = (tenant: string): string => roleArn(CENTRAL, writerRoleName(tenant));
const rights = (tenant: string, lifecycle: Lifecycle): object =>
  policy(...writerInvokeStatements({ executionArn: EXECUTION_ARN, tenant, lifecycle }));

export const ACME = writer("acme");
export const GLOBEX = writer("globex");
export const SUSPENDED = writer("umbrella");
export const CENTRAL_ADMIN = `arn:aws:iam::${CENTRAL}:role/admin`;
export const ACME_ADMIN = "arn:aws:iam::222222222222:role/admin";
/** As its account's administrator would name it. */
export const IMPOSTOR = roleArn("222222222222", writerRoleName("globex"));

export const POLICIES: Readonly<Record<string, object>> = {
  [ACME]: rights("acme", "active"),
  [GLOBEX]: rights("globex", "active"),
  [SUSPENDED]: rights("umbrella", "suspended"),
  [CENTRAL_ADMIN]: ADMINISTRATOR,
  [ACME_ADMIN]: ADMINISTRATOR,
  [IMPOSTOR]: ADMINISTRATOR,
};

/** The policy as it holds for this API: the simulator takes a wildcard in the place of the id for no match. */
const resourcePolicy = JSON.parse(
  JSON.stringify(ingestResourcePolicy({ accountId: CENTRAL, region: REGION })).replaceAll(
    `:${REGION}:${CENTRAL}:*/`,
    `:${REGION}:${CENTRAL}:${API_ID}/`,
  ),
) as object;

/** IAM's answer for the roles above. */
async function iam({ principal, resource, ...rest }: InvokeRequest): Promise<boolean> {
  if (principal === undefined) return false;
  // To IAM a star in a request is a star; the simulator takes it for a pattern.
  return allow({
    ...rest,
    principal,
    resource: resource.replace(/[*?]/g, "_"),
    identityPolicies: [POLICIES[principal] ?? {}],
  });
}

export const document = JSON.parse(
  JSON.stringify(ingestDocument({ vpcLinkId: "link", baseUrl: BASE_URL })),
) as ApiDocument;
export const identities = new Identities();

/**
 * Runs `test` against an API of its own with the rendered document and policy, and the gateway at `gatewayPort` behind
 * it. `call` signs as a role.
 */
export async function withApi(
  gatewayPort: number,
  changes: Partial<ApiGatewayOptions>,
  test: (
    call: (as: string, target: string, request?: Partial<SignedRequest>) => ReturnType<typeof callApi>,
    api: ApiGatewayStandin,
    port: number,
  ) => Promise<void>,
): Promise<void> {
  const api = new ApiGatewayStandin({
    document,
    resourcePolicy,
    accountId: CENTRAL,
    region: REGION,
    apiId: API_ID,
    stage: INGEST_STAGE,
    identities,
    decide: iam,
    integrationPort: (link, uri) => {
      expect([link, uri.slice(0, BASE_URL.length + 1)]).toEqual(["link", `${BASE_URL}/`]);
      return gatewayPort;
    },
    decodePath: true,
    keepStage: false,
    ...changes,
  });
  await api.start();
  const port = Number(new URL(api.url).port);
  try {
    await test(
      (as, target, request) =>
        callApi({
          port,
          target,
          region: REGION,
          apiId: API_ID,
          credentials: identities.issue(as, 60).credentials,
          ...request,
        }),
      api,
      port,
    );
  } finally {
    await api.stop();
  }
}
