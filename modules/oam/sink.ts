import { OamSink as Sink } from "@cdktf/provider-aws/lib/oam-sink";
import { OamSinkPolicy } from "@cdktf/provider-aws/lib/oam-sink-policy";
import { Construct } from "constructs";
import type { Statement } from "../../lib/iam";
import { attribute } from "../../lib/terraform-text";
import { resourceTypes, type SharedTelemetry } from "./telemetry";

export interface OamSinkProps {
  readonly name: string;
  /** A sink shows what the linked accounts have in its own Region. */
  readonly region: string;
  readonly organizationId: string;
  /** The most that an account may share. */
  readonly accepts: SharedTelemetry;
}

/** Policy of a sink: any account of the organization may link to it, and share these types and no others. */
export function sinkPolicy(organizationId: string, accepts: SharedTelemetry) {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "LinkFromTheOrganization",
        Effect: "Allow",
        // OAM knows organizations by the condition only.
        Principal: "*",
        Action: ["oam:CreateLink", "oam:UpdateLink"],
        // In a sink's policy "*" is the sink itself.
        Resource: "*",
        Condition: {
          StringEquals: { "aws:PrincipalOrgID": organizationId },
          "ForAllValues:StringEquals": { "oam:ResourceTypes": resourceTypes(accepts) },
          // Without this a request that names no type at all would meet the condition above.
          Null: { "oam:ResourceTypes": "false" },
        },
      },
    ],
  } as const satisfies {
    readonly Version: string;
    readonly Statement: readonly (Omit<Statement, "Principal"> & { readonly Principal: "*" })[];
  };
}

/** Where one Region's accounts of the organization link to. AWS allows one sink per account and Region. */
export class OamSink extends Construct {
  /** Terraform reference. */
  readonly arn: string;

  constructor(scope: Construct, id: string, props: OamSinkProps) {
    super(scope, id);
    const { name, region } = props;
    const sink = new Sink(this, "sink", { name, region, tags: { Name: name } });
    this.arn = attribute(sink, "arn");
    new OamSinkPolicy(this, "policy", {
      region,
      sinkIdentifier: this.arn,
      policy: JSON.stringify(sinkPolicy(props.organizationId, props.accepts)),
    });
  }
}

/** A sink in each Region; their ARNs by Region, sorted. */
export function oamSinks(
  scope: Construct,
  props: Omit<OamSinkProps, "region"> & { readonly regions: Iterable<string> },
): Readonly<Record<string, string>> {
  const { regions, ...rest } = props;
  return Object.fromEntries(
    [...new Set(regions)]
      .sort()
      .map((region) => [region, new OamSink(scope, `oam-${region}`, { ...rest, region }).arn]),
  );
}
