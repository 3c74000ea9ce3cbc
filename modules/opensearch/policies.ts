import { policy, type PolicyDocument, type Statement } from "../../lib/iam";
import { DOMAIN_LOGS, domainArn, RETENTION_PATH } from "./names";

interface Place {
  readonly accountId: string;
  readonly region: string;
}

/** What Jaeger asks, and so what the proxy passes on. */
const PROXY_ACTIONS = ["es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost", "es:ESHttpPut"];
/** Roles and templates, searches and what they found, and the end of old indices. */
const ADMIN_ACTIONS = ["es:ESHttpDelete", "es:ESHttpGet", "es:ESHttpPost", "es:ESHttpPut"];

const anyPath = (place: Place): string => `${domainArn(place)}/*`;

/**
 * Who may send requests to the domain at all. What each of the two may do there is up to OpenSearch's own roles: it sees
 * into the bodies, IAM only at the paths.
 */
export const domainAccessPolicy = (
  place: Place,
  /** ARNs or references. */
  roles: { readonly proxyRoleArn: string; readonly adminRoleArn: string },
): PolicyDocument =>
  policy(
    {
      Sid: "StorageProxy",
      Effect: "Allow",
      Principal: { AWS: roles.proxyRoleArn },
      Action: PROXY_ACTIONS,
      Resource: anyPath(place),
    },
    {
      Sid: "StorageAdmin",
      Effect: "Allow",
      Principal: { AWS: roles.adminRoleArn },
      Action: ADMIN_ACTIONS,
      Resource: anyPath(place),
    },
  );

/** What the proxy's role may do: send Jaeger's requests to the one domain. */
export const storageProxyStatements = (place: Place): Statement[] => [
  { Sid: "UseDomain", Effect: "Allow", Action: PROXY_ACTIONS, Resource: anyPath(place) },
];

/** What the admin's role may do: administer the one domain, and read how long to keep what. */
export const storageAdminStatements = (place: Place): Statement[] => {
  const parameters = `arn:aws:ssm:${place.region}:${place.accountId}:parameter${RETENTION_PATH}`;
  return [
    { Sid: "AdministerDomain", Effect: "Allow", Action: ADMIN_ACTIONS, Resource: anyPath(place) },
    {
      Sid: "ReadRetentions",
      Effect: "Allow",
      Action: "ssm:GetParametersByPath",
      Resource: [parameters, `${parameters}/*`],
    },
  ];
};

/** OpenSearch Service may write the domain's log groups, for this domain. */
export const domainLogsPolicy = (place: Place): PolicyDocument =>
  policy({
    Sid: "OpenSearchLogs",
    Effect: "Allow",
    Principal: { Service: "es.amazonaws.com" },
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: Object.values(DOMAIN_LOGS).map(
      (name) => `arn:aws:logs:${place.region}:${place.accountId}:log-group:${name}:*`,
    ),
    Condition: {
      StringEquals: { "aws:SourceAccount": place.accountId },
      ArnEquals: { "aws:SourceArn": domainArn(place) },
    },
  });
