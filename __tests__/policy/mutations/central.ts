import { asObject, asText, type Json } from "../../support/json";
import { add, put, putInside, swap, type Change } from "../../support/mutate";
import { central, mutation, type Mutation } from "./mutation";

const API = "resource/aws_api_gateway_rest_api/ingest_api";
/** A change inside the operation for logs; its path has slashes of its own. */
const inLogs = (change: (operation: Readonly<Record<string, Json | undefined>>) => Json): Change =>
  put(`${API}/body`, (body) => {
    const document = asObject(JSON.parse(asText(body)) as Json);
    const paths = asObject(document.paths);
    const path = Object.keys(paths).find((each) => each.endsWith("logs")) ?? "";
    const post = change(asObject(asObject(paths[path]).post));
    return JSON.stringify({ ...document, paths: { ...paths, [path]: { post } } });
  });
const POLICY = `${API}/policy`;
const SINK = "resource/aws_oam_sink_policy/oam-eu-west-1_policy/policy";
const BUCKET = "resource/aws_s3_bucket_policy/loki_chunks_policy/policy";
const S3_ENDPOINT = "resource/aws_vpc_endpoint/network_endpoint-s3/policy";
const ENTRANCE = "resource/aws_vpc_endpoint/ingest-endpoint_endpoint-execute-api/policy";

const ACCESS: readonly Mutation[] = [
  central(
    "a statement for everybody",
    "any organization",
    putInside(SINK, "Statement/0/Condition/StringEquals", undefined),
  ),
  central("a statement for everybody", "another organization", swap(/o-tenantscope1/, "o-another0001")),
  central("a statement for everybody", "any type", putInside(SINK, "Statement/0/Condition/Null", undefined)),
  central(
    "a statement for everybody",
    "more actions",
    putInside(SINK, "Statement/0/Action", ["oam:CreateLink", "oam:DeleteLink"]),
  ),
  central(
    "a statement for everybody",
    "a Deny that allows",
    putInside(BUCKET, "Statement/0/Effect", "Allow"),
  ),
  central(
    "a statement for everybody",
    "TLS or not",
    putInside(BUCKET, "Statement/0/Condition/Bool/aws:SecureTransport", "true"),
  ),
  central(
    "a statement for everybody",
    "another key",
    swap(/(?<=kms-key-id\\*":\\*")\$\{aws_kms_key\.loki_chunks_key_\w+\.arn\}/, "arn:x"),
  ),
  central(
    "a statement for everybody",
    "any account",
    putInside(S3_ENDPOINT, "Statement/0/Condition", undefined),
  ),
  central(
    "a statement for everybody",
    "anybody's objects",
    putInside(S3_ENDPOINT, "Statement/1/Resource", "arn:aws:s3:::mine/*"),
  ),
  central(
    "a statement for everybody",
    "anybody's Deny",
    putInside(POLICY, "Statement/1/Condition", undefined),
  ),
  mutation(
    "a statement for everybody",
    "another caller",
    putInside(
      ENTRANCE,
      "Statement/0/Condition/StringEquals/aws:PrincipalArn",
      "arn:aws:iam::111111111111:role/tenantscope/tenantscope-writer-globex",
    ),
  ),
  mutation(
    "a statement for everybody",
    "any caller",
    putInside(ENTRANCE, "Statement/0/Condition", undefined),
  ),
  central(
    "principals are accounts",
    "everybody may call the API",
    putInside(POLICY, "Statement/0/Principal", { AWS: "*" }),
  ),
  central(
    "principals are accounts",
    "a tenant may call the API",
    putInside(POLICY, "Statement/0/Principal/AWS", "arn:aws:iam::222222222222:root"),
  ),
  central(
    "principals are accounts",
    "a role that is not here",
    putInside(
      "resource/aws_efs_file_system_policy/loki_wal_policy/policy",
      "Statement/0/Principal/AWS",
      "${aws_iam_role.gone.arn}",
    ),
  ),
  central("no wildcard", "every API", putInside(POLICY, "Statement/0/Resource", "*")),
  central(
    "no wildcard",
    "every bucket",
    putInside(
      "resource/aws_iam_role_policy/loki_task-policy-0/policy",
      "Statement/1/Resource",
      "arn:aws:s3:::*",
    ),
  ),
  central(
    "a statement for an AWS service",
    "API Gateway of any account",
    putInside(
      "resource/aws_iam_role/ingest_logging-role/assume_role_policy",
      "Statement/0/Condition",
      undefined,
    ),
  ),
  mutation(
    "no wildcard",
    "every path of the API",
    putInside("resource/aws_iam_role_policy/writer_policy/policy", "Statement/1/Resource", [
      "${local.contract.ingest.executionArn}/*",
    ]),
  ),
];

const PERMISSION = "resource/aws_lambda_permission/storage-api_permission";

const FUNCTIONS: readonly Mutation[] = [
  central("a function is run by", "any API", put(`${PERMISSION}/source_arn`, "arn:aws:execute-api:*")),
  central("a function is run by", "another service", put(`${PERMISSION}/principal`, "s3.amazonaws.com")),
  central("a function is run by", "a URL", put(`${PERMISSION}/function_url_auth_type`, "NONE")),
  central(
    "an API's policy admits",
    "any role at the storage",
    putInside(
      "resource/aws_api_gateway_rest_api/storage-api/policy",
      "Statement/0/Condition/ArnLike/aws:PrincipalArn",
      "arn:aws:iam::111111111111:role/*",
    ),
  ),
  central(
    "the API is private",
    "the storage without its endpoint",
    put("resource/aws_api_gateway_rest_api/storage-api/endpoint_configuration", { types: ["PRIVATE"] }),
  ),
  central(
    "whatever keeps data",
    "a store without a key",
    put("resource/aws_opensearch_domain/traces_domain/encrypt_at_rest", { enabled: true }),
  ),
];

const INGEST: readonly Mutation[] = [
  central(
    "the central stack has two APIs",
    "a method beside the document",
    add("resource/aws_api_gateway_method/x/authorization", "NONE"),
  ),
  mutation(
    "the central stack has two APIs",
    "a tenant's API",
    add("resource/aws_apigatewayv2_api/x/name", "x"),
  ),
  central(
    "every method of an API",
    "unsigned",
    inLogs((post) => ({ ...post, security: [] })),
  ),
  central(
    "every method of an API",
    "no IAM",
    inLogs((post) => ({ ...post, "x-amazon-apigateway-auth": { type: "NONE" } })),
  ),
  central(
    "every method of an API",
    "over the internet",
    inLogs((post) => ({
      ...post,
      "x-amazon-apigateway-integration": { type: "http_proxy", connectionType: "INTERNET" },
    })),
  ),
  central("every method of an API", "any path", putInside(`${API}/body`, "paths", {})),
  central("the API is private", "public", put(`${API}/endpoint_configuration/types`, ["REGIONAL"])),
  central(
    "an API's policy admits",
    "any role",
    putInside(POLICY, "Statement/0/Condition/ArnLike/aws:PrincipalArn", "arn:aws:iam::111111111111:role/*"),
  ),
  central(
    "an API's policy admits",
    "no Deny",
    putInside(POLICY, "Statement", (old) => (old as Json[]).slice(0, 1)),
  ),
  central(
    "a change of the API's",
    "of the policy",
    put("resource/aws_api_gateway_deployment/ingest_deployment/triggers/policy", "old"),
  ),
  central(
    "a change of the API's",
    "of the document",
    inLogs((post) => ({ ...post, description: "other" })),
  ),
  central(
    "a change of the API's",
    "of the VPC link",
    put("resource/aws_api_gateway_deployment/ingest_deployment/triggers/vpcLink", "x"),
  ),
  central("the API's access is logged", "no caller", swap(/\\"caller\\":/, '\\"other\\":')),
  central(
    "the API's access is logged",
    "headers too",
    put("resource/aws_api_gateway_method_settings/ingest_settings/settings/data_trace_enabled", true),
  ),
];
/** Who may do what with the central services, and the ingest API. */
export const CENTRAL_ACCESS_MUTATIONS: readonly Mutation[] = [...ACCESS, ...FUNCTIONS, ...INGEST];
