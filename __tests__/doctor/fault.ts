import type { Hop } from "../../doctor/verdict";
import { objects, type Json } from "../support/json";
import type { Change } from "../support/mutate";

/** A thing that is broken in one stack, and the hop, evidence and remedy that must be told. */
export interface OfflineFault {
  readonly name: string;
  readonly tenant: string;
  readonly stack: string;
  readonly change: Change;
  readonly hop: Hop;
  readonly evidence: RegExp;
  readonly remedy: RegExp;
}

/** Where the policies and rules of a stack are. */
export const policyOf = (id: string): string => `resource/aws_iam_role_policy/${id}/policy`;
export const trustOf = (id: string): string => `resource/aws_iam_role/${id}/assume_role_policy`;
export const ruleOf = (kind: "ingress" | "egress", id: string): string =>
  `resource/aws_vpc_security_group_${kind}_rule/${id}`;

/** One change after the other. */
export const both =
  (...changes: readonly Change[]): Change =>
  (text) =>
    changes.reduce((each, change) => change(each), text);

/** Statements without one. */
export const withoutSid =
  (sid: string) =>
  (statements: Json): Json =>
    objects(statements).filter((statement) => statement["Sid"] !== sid);
