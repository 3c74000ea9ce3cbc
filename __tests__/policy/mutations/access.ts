import { type Json } from "../../support/json";
import { add, put, putInside } from "../../support/mutate";
import { mutation, type Mutation } from "./mutation";

const STATEMENT = {
  Sid: "Extra",
  Effect: "Allow",
  Action: "sts:AssumeRole",
  Resource: "arn:aws:iam::222222222222:role/x",
};
const TRUST = "resource/aws_iam_role/writer_role/assume_role_policy";
const TASK_TRUST = "resource/aws_iam_role/service-orders_task-role/assume_role_policy";
const WRITE = "resource/aws_iam_role_policy/writer_policy/policy";
const statements = (value: Json) => (old: Json) => [...(old as Json[]), value];

/** Rights given to the wrong principal, for the wrong thing, or out of sight. */
export const ACCESS_MUTATIONS: readonly Mutation[] = [
  mutation(
    "every attribute that holds a policy",
    "a policy by reference",
    put(WRITE, "${data.aws_iam_policy_document.x.json}"),
  ),
  mutation(
    "every role that runs in HCP Terraform make",
    "a border without such runs",
    put("resource/aws_iam_role/writer_role/permissions_boundary", "arn:x"),
  ),
  mutation(
    "every attribute that holds a policy",
    "a document as data",
    add("data/aws_iam_policy_document/x/statement", []),
  ),
  mutation(
    "no workspace starts",
    "a run trigger",
    add("resource/tfe_run_trigger/x/workspace_id", "ws-0123456789abcdef"),
  ),
  mutation("rights come from roles", "a user", add("resource/aws_iam_user/x/name", "x")),
  mutation(
    "rights come from roles",
    "an inline policy",
    put("resource/aws_iam_role/writer_role/inline_policy", []),
  ),
  mutation(
    "attached managed policies",
    "administrator",
    add(
      "resource/aws_iam_role_policy_attachment/x/policy_arn",
      "arn:aws:iam::aws:policy/AdministratorAccess",
    ),
  ),
  mutation("no wildcard", "every action", putInside(WRITE, "Statement/0/Action", "aps:*")),
  mutation("no wildcard", "every workspace", putInside(WRITE, "Statement/0/Resource", "*")),
  mutation(
    "no wildcard",
    "part of an ARN",
    putInside(WRITE, "Statement/0/Resource", "arn:aws:aps:eu-west-1:111111111111:workspace/*"),
  ),
  mutation(
    "no Allow says",
    "everything but one",
    putInside(WRITE, "Statement/0/NotResource", "arn:aws:s3:::x"),
  ),
  mutation("every statement has a Sid", "none", putInside(WRITE, "Statement/0/Sid", undefined)),
  mutation(
    "every statement has a Sid",
    "twice the same",
    putInside(WRITE, "Statement", statements({ ...STATEMENT, Sid: "RemoteWrite" })),
  ),
  mutation("principals are accounts", "everybody", putInside(TRUST, "Statement/0/Principal", "*")),
  mutation(
    "principals are accounts",
    "everybody in AWS",
    putInside(TRUST, "Statement/0/Principal", { AWS: "*" }),
  ),
  mutation(
    "principals are accounts",
    "a stranger",
    putInside(TRUST, "Statement/0/Principal", { AWS: "arn:aws:iam::999999999999:root" }),
  ),
  mutation(
    "principals are accounts",
    "no external id",
    putInside(TRUST, "Statement/0/Condition/StringEquals/sts:ExternalId", undefined),
  ),
  mutation(
    "principals are accounts",
    "any role",
    putInside(TRUST, "Statement/0/Condition/StringEquals/aws:PrincipalArn", undefined),
  ),
  mutation(
    "a statement for an AWS service",
    "any account",
    putInside(TASK_TRUST, "Statement/0/Condition/StringEquals", undefined),
  ),
  mutation(
    "a statement for an AWS service",
    "another account",
    putInside(TASK_TRUST, "Statement/0/Condition/StringEquals/aws:SourceAccount", "999999999999"),
  ),
  mutation(
    "every action exists",
    "a typing error",
    putInside(WRITE, "Statement/0/Action", "aps:RemoteWrites"),
  ),
  mutation(
    "every resource and condition",
    "a resource of another service",
    putInside(WRITE, "Statement/0/Resource", "arn:aws:s3:::x"),
  ),
  mutation(
    "every resource and condition",
    "a key of another service",
    putInside(WRITE, "Statement/0/Condition", { StringEquals: { "kms:ViaService": "x" } }),
  ),
  mutation("every action exists", "wrong case", putInside(WRITE, "Statement/0/Action", "aps:remotewrite")),
];
