import { policy, type PolicyDocument } from "../../lib/iam";
import { boundaryArn, BOUNDARIES, RUN_PATH } from "../../lib/run-names";
import { CACHE_ROOT } from "../../lib/image-cache";
import { ecrRepositoryArn, FILL_ACTIONS } from "../image-registry/policies";
import type { Place } from "./rights";
import { ownedBy } from "./ownership";
import { IAM_PATH, stackNames } from "../../lib/names";

const CEILING = { Sid: "Ceiling", Effect: "Allow", Action: "*", Resource: "*" } as const;

/**
 * Border of a run's role, around whatever its policy says: it changes nothing of what runs themselves are made of, and
 * gives rights only to roles that have a border.
 */
export const runBoundary = (accountId: string, hostname: string): PolicyDocument =>
  policy(
    CEILING,
    {
      Sid: "NotTheRunsThemselves",
      Effect: "Deny",
      Action: [
        "iam:Add*",
        "iam:Attach*",
        "iam:Create*",
        "iam:Delete*",
        "iam:Detach*",
        "iam:PassRole",
        "iam:Put*",
        "iam:Remove*",
        "iam:Set*",
        "iam:Tag*",
        "iam:Untag*",
        "iam:Update*",
        "sts:AssumeRole",
      ],
      Resource: [
        `arn:aws:iam::${accountId}:role${RUN_PATH}*`,
        `arn:aws:iam::${accountId}:policy${RUN_PATH}*`,
        `arn:aws:iam::${accountId}:oidc-provider/${hostname}`,
      ],
    },
    {
      Sid: "OnlyRolesWithABorder",
      Effect: "Deny",
      Action: [
        "iam:AttachRolePolicy",
        "iam:CreateRole",
        "iam:DeleteRolePolicy",
        "iam:DetachRolePolicy",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
      ],
      Resource: "*",
      Condition: {
        // Never the runs' own, which allows most things: a run would make itself a role without this border's names.
        ArnNotLike: {
          "iam:PermissionsBoundary": [
            boundaryArn(accountId, BOUNDARIES.services),
            boundaryArn(accountId, BOUNDARIES.applications),
            boundaryArn(accountId, BOUNDARIES.tenant("*")),
          ],
        },
      },
    },
    {
      Sid: "OnlyOwnRolesTrust",
      Effect: "Deny",
      Action: "iam:UpdateAssumeRolePolicy",
      NotResource: `arn:aws:iam::${accountId}:role${IAM_PATH}tenantscope-*`,
    },
    {
      Sid: "NoPeopleAndNoPolicies",
      Effect: "Deny",
      Action: [
        "iam:*AccessKey*",
        "iam:*Group*",
        "iam:*LoginProfile*",
        "iam:*OpenIDConnectProvider*",
        "iam:*SAMLProvider*",
        "iam:*User*",
        "iam:CreatePolicy*",
        "iam:SetDefaultPolicyVersion",
      ],
      Resource: "*",
    },
    {
      // Whose code one may change, whose role one has.
      Sid: "OnlyOwnFunctions",
      Effect: "Deny",
      Action: [
        "lambda:AddPermission",
        "lambda:CreateFunction",
        "lambda:DeleteFunction",
        "lambda:InvokeFunction",
        "lambda:UpdateFunction*",
      ],
      NotResource: `arn:aws:lambda:*:${accountId}:function:tenantscope-*`,
    },
    {
      Sid: "BordersStay",
      Effect: "Deny",
      Action: "iam:DeleteRolePermissionsBoundary",
      Resource: "*",
    },
  );

/** Border of a tenant's roles in the central account: what its writer, its queries and its Jaeger can need at most. */
export function tenantBoundary(tenant: string, { accountId, region }: Place): PolicyDocument {
  const api = (path: string): string => `arn:aws:execute-api:${region}:${accountId}:${path}`;
  const workspaces = `arn:aws:aps:${region}:${accountId}:workspace/*`;
  return policy(
    {
      Sid: "Write",
      Effect: "Allow",
      Action: "aps:RemoteWrite",
      Resource: workspaces,
      Condition: ownedBy(stackNames.central, stackNames.tenant(tenant)),
    },
    {
      Sid: "Query",
      Effect: "Allow",
      Action: ["aps:GetLabels", "aps:GetMetricMetadata", "aps:GetSeries", "aps:QueryMetrics"],
      Resource: workspaces,
      Condition: ownedBy(stackNames.tenant(tenant)),
    },
    {
      Sid: "OwnPaths",
      Effect: "Allow",
      Action: "execute-api:Invoke",
      Resource: [
        api(`*/v1/POST/t/${tenant}/*`),
        ...["GET", "HEAD", "POST", "PUT"].flatMap((method) => [
          api(`*/v1/${method}/s/${tenant}`),
          api(`*/v1/${method}/s/${tenant}/*`),
        ]),
        api("/domainnames/*"),
      ],
    },
    {
      Sid: "OwnLogs",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: `arn:aws:logs:${region}:${accountId}:log-group:/tenantscope/central/jaeger-query-${tenant}:log-stream:*`,
    },
    {
      Sid: "Images",
      Effect: "Allow",
      Action: [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:GetAuthorizationToken",
        "ecr:GetDownloadUrlForLayer",
      ],
      Resource: "*",
    },
    {
      Sid: "CopiedImages",
      Effect: "Allow",
      Action: FILL_ACTIONS,
      Resource: ecrRepositoryArn({ accountId, region }, `${CACHE_ROOT}/*`),
    },
  );
}
