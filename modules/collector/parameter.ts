import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import type { Construct } from "constructs";
import { STANDARD_PARAMETER } from "../../lib/limits";
import { literal } from "../../lib/terraform-text";
import { renderCollectorConfig, type CollectorInput } from "./config";

/** References in the text may still grow at deployment, so some room is kept. */
const ROOM = 256;

export const parameterTier = (value: string): "Standard" | "Advanced" =>
  Buffer.byteLength(value) + ROOM > STANDARD_PARAMETER ? "Advanced" : "Standard";

/** Publishes a service's collector configuration for people to read; the sidecar gets it by its task definition. */
export function collectorParameter(
  scope: Construct,
  id: string,
  name: string,
  input: CollectorInput,
): SsmParameter {
  const text = literal(renderCollectorConfig(input));
  return new SsmParameter(scope, id, {
    name,
    description: `Collector configuration of ${input.service}, as its sidecar runs it`,
    type: "String",
    tier: parameterTier(text),
    insecureValue: text,
  });
}
